using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Wire;
using NfIpsec.Ipsec.Message;

namespace NfIpsec.Ike.Session
{
    /// <summary>IKE's side of the message interface: the only way keys go into IPsec, and policies come out of it.</summary>
    public sealed class IpsecLink
    {
        private const int Data = MessageHeader.Size, SaSize = 112, Parent = Data + 100, PolicySize = 104, IdentitySize = 36, PeerAtSize = 24;
        private const int ScopeHead = 4, ScopeSelector = 40;

        private const int AnyProtocol = 0, NoTfcPadding = 1;

        private readonly MessageInterface _messages;
        // The request, and then its reply.
        private readonly byte[] _message = new byte[Limits.MaxMessage];
        private int _sequence;

        public IpsecLink(MessageInterface messages)
        {
            _messages = messages;
        }

        public int Register(MessageReceiver receiver)
        {
            return Send(MessageType.APP_REGISTER, 0, receiver);
        }

        private int Send(int type, int length, MessageReceiver receiver)
        {
            MessageHeader.Write(_message, type, MessageHeader.Ike, MessageHeader.Ipsec, ++_sequence, length, 0);
            int got = _messages.Send(_message, Data + length, _message, receiver);
            return got < 0 ? -got : MessageHeader.Read16(_message, MessageHeader.Status);
        }

        private int SendNumber(int type, int number)
        {
            BigEndian.Write32(_message, Data, number);
            return Send(type, 4, null);
        }

        /// <summary>The SPI under which the policy's ESP, AH or both will come in, or 0.</summary>
        public int GetSpi(int spid)
        {
            BigEndian.Write32(_message, Data, spid);
            BigEndian.Write32(_message, Data + 4, AnyProtocol);
            if (Send(MessageType.GET_SPI, 8, null) != Status.XE_OK)
            {
                return 0;
            }
            int esp = BigEndian.Read32(_message, Data);
            return esp != 0 ? esp : BigEndian.Read32(_message, Data + 4);
        }

        /// <summary>No keys came: what waits for them is dropped.</summary>
        public void AcquireFail(int spid)
        {
            SendNumber(MessageType.ACQUIRE_FAIL, spid);
        }

        /// <summary>Deletes the session with that inbound SPI.</summary>
        public int DeleteSpi(int inboundSpi)
        {
            _message[Data] = AnyProtocol;
            _message[Data + 1] = 4;
            BigEndian.Write16(_message, Data + 2, 1);
            BigEndian.Write32(_message, Data + 4, inboundSpi);
            return Send(MessageType.DELETE_SPIs, 8, null);
        }

        /// <summary>Another session of the policy sends, where there is one.</summary>
        /// <param name="standby">Until a packet comes under this one.</param>
        public void StandBack(int inboundSpi, bool standby)
        {
            BigEndian.Write32(_message, Data, inboundSpi);
            BigEndian.Write32(_message, Data + 4, standby ? 1 : 0);
            Send(MessageType.STAND_BACK, 8, null);
        }

        /// <summary>Where the peer of a session in UDP is; where it is seen elsewhere, PEER_MOVED says so from now on.</summary>
        public int PeerAt(int inboundSpi, IkePath path)
        {
            BigEndian.Write32(_message, Data, inboundSpi);
            BigEndian.Write32(_message, Data + 4, path.RemotePort);
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(_message, Data + 8 + 4 * i, path.Words[PacketInfo.Destination + i]);
            }
            return Send(MessageType.PEER_AT, PeerAtSize, null);
        }

        /// <summary>Installs one pair of SAs; the keys stay the caller's, who wipes them. XE_NOMEM: more selectors than one message
        /// holds.</summary>
        public int AddSa(ChildKeys keys)
        {
            System.Array.Clear(_message, Data, SaSize);
            BigEndian.Write32(_message, Data, keys.Spid);
            WriteAlgorithm(Data + 4, keys.Encryption);
            WriteAlgorithm(Data + 8, keys.Integrity);
            WriteAlgorithm(Data + 60, keys.AhIntegrity);
            BigEndian.Write32(_message, Data + 12, keys.InboundSpi);
            BigEndian.Write32(_message, Data + 16, keys.OutboundSpi);
            BigEndian.Write32(_message, Data + 20, keys.LifeSeconds);
            BigEndian.Write64(_message, Data + 24, keys.LifeBytes);
            BigEndian.Write64(_message, Data + 32, keys.LifePackets);
            BigEndian.Write16(_message, Data + 40, keys.EncapLocal);
            BigEndian.Write16(_message, Data + 42, keys.EncapRemote);
            BigEndian.Write32(_message, Data + 44, Secret.HandleOf(keys.InboundCipher));
            BigEndian.Write32(_message, Data + 48, Secret.HandleOf(keys.OutboundCipher));
            BigEndian.Write32(_message, Data + 52, Secret.HandleOf(keys.InboundMac));
            BigEndian.Write32(_message, Data + 56, Secret.HandleOf(keys.OutboundMac));
            BigEndian.Write32(_message, Data + 68, Secret.HandleOf(keys.InboundAh));
            BigEndian.Write32(_message, Data + 72, Secret.HandleOf(keys.OutboundAh));
            BigEndian.Write32(_message, Data + 76, keys.NoTfcPadding ? NoTfcPadding : 0);
            for (int i = 0; keys.Alias != null && i < keys.Alias.Length; i++)
            {
                BigEndian.Write32(_message, Data + 80 + 4 * i, keys.Alias[i]);
            }
            if (keys.Local == null)
            {
                return Send(MessageType.ADD_SA, SaSize, null);
            }
            int scope = ScopeHead + (keys.Local.Count + keys.Remote.Count) * ScopeSelector;
            if (Data + SaSize + scope > _message.Length)
            {
                return Status.XE_NOMEM;
            }
            BigEndian.Write16(_message, Data + SaSize, keys.Local.Count);
            BigEndian.Write16(_message, Data + SaSize + 2, keys.Remote.Count);
            int at = WriteSelectors(keys.Local, Data + SaSize + ScopeHead);
            WriteSelectors(keys.Remote, at);
            return Send(MessageType.ADD_SA, SaSize + scope, null);
        }

        private void WriteAlgorithm(int at, int row)
        {
            if (row >= 0)
            {
                BigEndian.Write16(_message, at, Algorithms.Ikev2Number(row));
                BigEndian.Write16(_message, at + 2, Algorithms.KeyBytes(row));
            }
        }

        private int WriteSelectors(TrafficSelectors selectors, int at)
        {
            int[] words = selectors.Words;
            for (int i = 0; i < selectors.Count; i++)
            {
                int word = TrafficSelectors.At(i);
                _message[at] = (byte)words[word + TrafficSelectors.Version];
                _message[at + 1] = (byte)words[word + TrafficSelectors.Protocol];
                BigEndian.Write16(_message, at + 2, words[word + TrafficSelectors.FirstPort]);
                BigEndian.Write32(_message, at + 4, words[word + TrafficSelectors.LastPort] << 16);
                for (int n = 0; n < 2 * IpAddress.WordCount; n++)
                {
                    BigEndian.Write32(_message, at + 8 + 4 * n, words[word + TrafficSelectors.Low + n]);
                }
                at += ScopeSelector;
            }
            return at;
        }

        /// <summary>Reads the policy; false when there is none.</summary>
        public bool GetPolicy(int spid, PolicySelectors policy)
        {
            if (SendNumber(MessageType.GET_POLICY, spid) != Status.XE_OK || MessageHeader.Read16(_message, MessageHeader.Length) != PolicySize)
            {
                return false;
            }
            policy.Read(_message, Data);
            return true;
        }

        /// <summary>Id of the policy that this one was spawned from for one flow; 0 for one that was configured, or is gone.</summary>
        public int ParentOf(int spid)
        {
            bool found = SendNumber(MessageType.GET_POLICY, spid) == Status.XE_OK && MessageHeader.Read16(_message, MessageHeader.Length) == PolicySize;
            return found ? BigEndian.Read32(_message, Parent) : 0;
        }

        /// <summary>True for a policy that takes selectors from packets and holds no SA itself.</summary>
        public bool IsPattern(int spid)
        {
            PolicySelectors policy = new PolicySelectors();
            return GetPolicy(spid, policy) && policy.IsPattern;
        }

        private void WriteAddress(int at, IkePath path, int word)
        {
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(_message, at + 4 * i, path == null ? 0 : path.Words[word + i]);
            }
        }

        /// <summary>The policy for one flow of a pattern, made where there is none yet. Its id, or 0 when
        /// the selectors are not single where the pattern wants a value, lie outside it, or there is no room.</summary>
        /// <param name="flow">Its selectors, ports and protocol are read; the rest is not.</param>
        /// <param name="path">The way to the peer, for a pattern whose peers are anywhere.</param>
        /// <param name="redirect">One that leads elsewhere goes, with its sessions; else it stays, and is the answer.</param>
        public int Clone(int spid, PolicySelectors flow, IkePath path, bool redirect, out int status)
        {
            BigEndian.Write32(_message, Data, spid);
            flow.WriteEnd(_message, Data + 4, true);
            flow.WriteEnd(_message, Data + 4 + IdentitySize, false);
            int at = Data + 4 + 2 * IdentitySize;
            WriteAddress(at, path, PacketInfo.Destination);
            WriteAddress(at + 16, path, PacketInfo.Source);
            BigEndian.Write32(_message, at + 32, redirect ? 1 : 0);
            status = Send(MessageType.CLONE_POLICY, 4 + 2 * IdentitySize + 36, null);
            return status == Status.XE_OK ? BigEndian.Read32(_message, Data) : 0;
        }
    }
}
