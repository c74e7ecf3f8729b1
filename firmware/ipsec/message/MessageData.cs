using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Message
{
    /// <summary>What stands behind the header, in network order. Lengths are exact; the caller has checked them.
    /// <code>
    /// PolicyId     spid 4
    /// GetSpi       spid 4 | protocol 1: AH 2, ESP 3, ANY 0 for what the policy wants | zero 3. Answer: ESP SPI 4 | AH SPI 4, zero for
    ///              the protocol not asked for; both are one number
    /// DeleteSpi    protocol 1, ANY with AH and ESP together | SPI size 1, always 4 | count 2 | inbound SPIs 4 each
    /// StandBack    inbound SPI 4 | 1 until a packet comes under it, 0 for good 4: another session of the policy sends, where there is one
    /// Address      16, IPv4 mapped
    /// Identity     version 1 | protocol 1 | port 2 (of ICMP 256 + type, 256 + code) | first address 16 | last address 16
    /// Policy       spid 4 | action 1 | priority 1 | domain 2 | flags 4 | source identity 36 | destination identity 36
    ///              | remote endpoint 16, zero when none; in answers | spid 4 of the policy it is a clone of, zero when none
    /// Clone        spid 4 | source identity 36 | destination identity 36 | remote endpoint 16, local endpoint 16, both zero for the
    ///              policy's | one that leads elsewhere 4: 0 stays and is the answer, 1 goes with its sessions; the answer is a PolicyId
    /// Sa           spid 4 | encryption 2, key bytes 2 | integrity 2, key bytes 2 (IKEv2 numbers) | inbound SPI 4 | outbound SPI 4
    ///              | life seconds 4 | life bytes 8 | life packets 8 | encapsulation ports, local 2, remote 2
    ///              | key handles 4 each: inbound cipher, outbound cipher, inbound MAC, outbound MAC (zero in answers)
    ///              | AH integrity 2, key bytes 2 | outbound AH SPI 4, 0: the one above | AH key handles 4 each: inbound, outbound
    ///              | peer 4: 1 it takes no TFC padding | our own address 16 and the virtual one 16 that stands for it in the SAs, zero
    ///              when none; with a Scope whose local side is the virtual one
    ///              With AH alone the numbers of encryption and integrity are 0, without AH those of AH.
    /// Scope        local selectors 2 | remote selectors 2 | each: version 1 | protocol 1 | first port 2 | last port 2 | 0 2
    ///              | first address 16 | last address 16; behind Sa where less than the policy's traffic was negotiated
    /// PeerAt       inbound SPI 4 | port 4 | address 16, which counts in tunnel mode alone
    /// Event        spid 4 | inbound SPI 4 | outbound SPI 4 | detail 4 | protocol 4 | source port 4 | destination port 4
    ///              | source address 16 | destination address 16
    /// </code></summary>
    internal static class MessageData
    {
        internal const int PolicyIdSize = 4, GetSpiSize = 8, StandBackSize = 8, DeleteSpiHead = 4, SpiSize = 4, AddressSize = 16, PeerAtSize = 24, IdentitySize = 36, PolicySize = 12 + 2 * IdentitySize + 16, SaSize = 112, EventSize = 60;
        internal const int AhAlgorithm = 2, NoTfcPadding = 1, AliasAt = 80;

        /// <summary>IPSEC_PROTO_ANY, _AH, _ESP.</summary>
        internal const int AnyProtocol = 0, Ah = 2, Esp = 3;
        internal const int LookupSize = 2 * IdentitySize, PolicyAnswerSize = PolicySize + PolicyIdSize, CloneSize = PolicyIdSize + LookupSize + 2 * AddressSize + 4;
        internal const int ScopeHead = 4, ScopeSelector = 40;
        private const int SourceAt = 12, DestinationAt = SourceAt + IdentitySize, RemoteAt = DestinationAt + IdentitySize;

        /// <summary>null when the identity is not well formed.</summary>
        internal static IPSecID ReadIdentity(byte[] src, int at)
        {
            IPSecID id = new IPSecID();
            id.Version = src[at];
            id.Protocol = src[at + 1];
            id.Port = BigEndian.Read16(src, at + 2);
            ReadWords(src, at + 4, id.Low);
            ReadWords(src, at + 20, id.High);
            bool family = id.Version == 6 || (id.Version == 4 && IpAddress.VersionOf(id.Low, 0) == 4 && IpAddress.VersionOf(id.High, 0) == 4);
            return family && IpAddress.Compare(id.Low, 0, id.High, 0) <= 0 && HasPort(id) ? id : null;
        }

        // Any, or one that its protocol can have.
        private static bool HasPort(IPSecID id)
        {
            int value = IPSecID.IsIcmp(id.Protocol) ? id.Port - PacketInfo.IcmpShown : 0;
            return id.Port == IPSecID.AnyPort || (IPSecID.HasPorts(id.Protocol) && value >= 0 && value <= 255);
        }

        private static void WriteIdentity(byte[] dst, int at, IPSecID id)
        {
            dst[at] = (byte)id.Version;
            dst[at + 1] = (byte)id.Protocol;
            BigEndian.Write16(dst, at + 2, id.Port);
            WriteWords(dst, at + 4, id.Low, 0);
            WriteWords(dst, at + 20, id.High, 0);
        }

        private static void ReadWords(byte[] src, int at, int[] words)
        {
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                words[i] = BigEndian.Read32(src, at + 4 * i);
            }
        }

        private static void WriteWords(byte[] dst, int at, int[] words, int from)
        {
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(dst, at + 4 * i, words[from + i]);
            }
        }

        internal static int Spid(byte[] src, int at)
        {
            return BigEndian.Read32(src, at);
        }

        internal static int GetSpiProtocol(byte[] src, int at)
        {
            return src[at + 4];
        }

        internal static int DeleteSpiProtocol(byte[] src, int at)
        {
            return src[at];
        }

        internal static int DeleteSpiCount(byte[] src, int at)
        {
            return BigEndian.Read16(src, at + 2);
        }

        /// <summary>The length fits the count, the SPIs have their size.</summary>
        internal static bool IsDeleteSpi(byte[] src, int at, int length)
        {
            int count = DeleteSpiCount(src, at);
            return src[at + 1] == SpiSize && count > 0 && length == DeleteSpiHead + count * SpiSize;
        }

        internal static int DeletedSpi(byte[] src, int at, int index)
        {
            return BigEndian.Read32(src, at + DeleteSpiHead + index * SpiSize);
        }

        internal static IpAddress Address(byte[] src, int at)
        {
            IpAddress address = new IpAddress();
            ReadWords(src, at, address.Words);
            return address;
        }

        internal static int Action(byte[] src, int at)
        {
            return src[at + 4];
        }

        internal static int Priority(byte[] src, int at)
        {
            return src[at + 5];
        }

        internal static int Domain(byte[] src, int at)
        {
            return BigEndian.Read16(src, at + 6);
        }

        internal static int Flags(byte[] src, int at)
        {
            return BigEndian.Read32(src, at + 8);
        }

        internal static IPSecID Source(byte[] src, int at)
        {
            return ReadIdentity(src, at + SourceAt);
        }

        internal static IPSecID Destination(byte[] src, int at)
        {
            return ReadIdentity(src, at + DestinationAt);
        }

        /// <summary>null when there is none.</summary>
        internal static IpAddress Remote(byte[] src, int at)
        {
            return Endpoint(src, at + RemoteAt);
        }

        /// <summary>The same of a Clone, of either end.</summary>
        internal static IpAddress CloneEndpoint(byte[] src, int at, bool local)
        {
            return Endpoint(src, at + PolicyIdSize + LookupSize + (local ? AddressSize : 0));
        }

        /// <summary>What a Clone wants of one that leads elsewhere.</summary>
        internal static bool Redirects(byte[] src, int at)
        {
            return BigEndian.Read32(src, at + CloneSize - 4) != 0;
        }

        private static IpAddress Endpoint(byte[] src, int at)
        {
            IpAddress endpoint = Address(src, at);
            return endpoint.IsUnspecified ? null : endpoint;
        }

        internal static void WritePolicy(byte[] dst, int at, SecurityPolicy policy)
        {
            BigEndian.Write32(dst, at, policy.Spid);
            dst[at + 4] = (byte)policy.Action;
            dst[at + 5] = (byte)policy.Priority;
            BigEndian.Write16(dst, at + 6, policy.Selector.Domain);
            BigEndian.Write32(dst, at + 8, policy.Flags);
            WriteIdentity(dst, at + SourceAt, policy.Source);
            WriteIdentity(dst, at + DestinationAt, policy.Destination);
            System.Array.Clear(dst, at + RemoteAt, 16);
            if (policy.Remote != null)
            {
                WriteWords(dst, at + RemoteAt, policy.Remote.Words, 0);
            }
            BigEndian.Write32(dst, at + PolicySize, policy.IsCloned ? policy.Parent.Spid : 0);
        }

        /// <summary>Everything but the algorithms, which the caller looks up.</summary>
        internal static SaRequest ReadSa(byte[] src, int at)
        {
            SaRequest request = new SaRequest();
            request.InboundSpi = BigEndian.Read32(src, at + 12);
            request.OutboundSpi = BigEndian.Read32(src, at + 16);
            request.LifeSeconds = BigEndian.Read32(src, at + 20);
            request.LifeBytes = BigEndian.Read64(src, at + 24);
            request.LifePackets = BigEndian.Read64(src, at + 32);
            request.EncapLocal = BigEndian.Read16(src, at + 40);
            request.EncapRemote = BigEndian.Read16(src, at + 42);
            request.InboundCipherKey = BigEndian.Read32(src, at + 44);
            request.OutboundCipherKey = BigEndian.Read32(src, at + 48);
            request.InboundMacKey = BigEndian.Read32(src, at + 52);
            request.OutboundMacKey = BigEndian.Read32(src, at + 56);
            request.OutboundAhSpi = BigEndian.Read32(src, at + 64);
            request.InboundAhKey = BigEndian.Read32(src, at + 68);
            request.OutboundAhKey = BigEndian.Read32(src, at + 72);
            request.Alias = ReadAlias(src, at + AliasAt);
            request.NoTfcPadding = (BigEndian.Read32(src, at + 76) & NoTfcPadding) != 0;
            return request;
        }

        private static int[] ReadAlias(byte[] src, int at)
        {
            int[] words = new int[Scope.AliasWords];
            int any = 0;
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BigEndian.Read32(src, at + 4 * i);
                any |= words[i];
            }
            return any == 0 ? null : words;
        }

        /// <summary>The Scope, all of the bytes to the end; null when it is not well formed or not of the policy's family.</summary>
        internal static Scope ReadScope(byte[] src, int at, int length, int version)
        {
            int local = BigEndian.Read16(src, at);
            int remote = BigEndian.Read16(src, at + 2);
            if (local == 0 || remote == 0 || length != ScopeHead + (local + remote) * ScopeSelector)
            {
                return null;
            }
            Scope scope = new Scope(local, remote);
            at += ScopeHead;
            for (int word = 0; word < scope.Words.Length; word += Scope.WordCount)
            {
                if (src[at] != version)
                {
                    return null;
                }
                scope.Words[word + Scope.Protocol] = src[at + 1];
                scope.Words[word + Scope.FirstPort] = BigEndian.Read16(src, at + 2);
                scope.Words[word + Scope.LastPort] = BigEndian.Read16(src, at + 4);
                for (int i = 0; i < 2 * IpAddress.WordCount; i++)
                {
                    scope.Words[word + Scope.Low + i] = BigEndian.Read32(src, at + 8 + 4 * i);
                }
                at += ScopeSelector;
            }
            return scope;
        }

        /// <summary>Number (which 0: encryption, 1: integrity, 2: that of AH) and key length in bytes.</summary>
        internal static int AlgorithmNumber(byte[] src, int at, int which)
        {
            return BigEndian.Read16(src, AlgorithmAt(at, which));
        }

        internal static int AlgorithmKey(byte[] src, int at, int which)
        {
            return BigEndian.Read16(src, AlgorithmAt(at, which) + 2);
        }

        internal static void WriteAlgorithm(byte[] dst, int at, int which, int number, int keyBytes)
        {
            BigEndian.Write16(dst, AlgorithmAt(at, which), number);
            BigEndian.Write16(dst, AlgorithmAt(at, which) + 2, keyBytes);
        }

        private static int AlgorithmAt(int at, int which)
        {
            return at + (which < AhAlgorithm ? 4 + 4 * which : 60);
        }

        internal static void WriteSa(byte[] dst, int at, IpsecSession session)
        {
            System.Array.Clear(dst, at, SaSize);
            BigEndian.Write32(dst, at, session.Policy.Spid);
            BigEndian.Write32(dst, at + 12, session.InboundSpi);
            BigEndian.Write32(dst, at + 16, session.Outbound.Spi);
            BigEndian.Write32(dst, at + 20, session.LifeSeconds);
            BigEndian.Write64(dst, at + 24, session.Outbound.Lifetime.Bytes);
            BigEndian.Write64(dst, at + 32, session.Outbound.Lifetime.Packets);
            BigEndian.Write16(dst, at + 40, session.EncapLocal);
            BigEndian.Write16(dst, at + 42, session.EncapRemote);
            BigEndian.Write32(dst, at + 64, session.Ah ? session.Outbound.AhSpi : 0);
            BigEndian.Write32(dst, at + 76, session.NoTfcPadding ? NoTfcPadding : 0);
            for (int i = 0; session.Alias != null && i < session.Alias.Length; i++)
            {
                BigEndian.Write32(dst, at + AliasAt + 4 * i, session.Alias[i]);
            }
        }

        internal static void WriteEvent(byte[] dst, int at, int[] words)
        {
            for (int i = 0; i < 7; i++)
            {
                BigEndian.Write32(dst, at + 4 * i, words[EventQueue.Spid + i]);
            }
            WriteWords(dst, at + 28, words, EventQueue.Source);
            WriteWords(dst, at + 44, words, EventQueue.Destination);
        }
    }
}
