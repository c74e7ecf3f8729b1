using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Message
{
    /// <summary>The message interface: a request in, its reply out, with the same type and sequence; events to those who registered.
    /// A message that is malformed, comes from the wrong side or is of a type that is not served gets XE_BAD_PARAM.</summary>
    public sealed class MessageInterface
    {
        private const int Data = MessageHeader.Size;

        private readonly Databases _databases;
        private readonly IpsecAdmin _admin;
        private readonly EventQueue _events;
        private readonly MessageReceiver[] _receivers = new MessageReceiver[Limits.MaxApplications];
        private readonly int[] _application = new int[Limits.MaxApplications];
        private readonly byte[] _event = new byte[MessageHeader.Size + MessageData.EventSize];
        private readonly int[] _words = new int[EventQueue.Words];
        private int _registered, _sequence;

        public MessageInterface(Databases databases, IpsecAdmin admin, EventQueue events)
        {
            _databases = databases;
            _admin = admin;
            _events = events;
        }

        /// <summary>Works on one request.</summary>
        /// <param name="reply">Room for the reply, at least Limits.MaxMessage bytes; may be the request's own, which is read before.</param>
        /// <param name="from">Who listens, for APP_REGISTER; may be null with every other type.</param>
        /// <returns>Length of the reply; -XE_DST_OUT_OF_SPACE when there is no room for one, and then nothing was done.</returns>
        public int Send(byte[] request, int length, byte[] reply, MessageReceiver from)
        {
            if (reply == null || reply.Length < Limits.MaxMessage)
            {
                return -Status.XE_DST_OUT_OF_SPACE;
            }
            int replied = 0;
            int status = IsSound(request, length) ? Serve(request, length, reply, ref replied, from) : Status.XE_BAD_PARAM;
            replied = status == Status.XE_OK ? replied : 0;
            bool header = request != null && length >= Data && length <= request.Length;
            MessageHeader.Write(reply, header ? request[MessageHeader.Type] : 0, MessageHeader.Ipsec, header ? request[MessageHeader.Src] : 0,
                header ? MessageHeader.Read32(request, MessageHeader.Sequence) : 0, replied, status);
            return Data + replied;
        }

        private static bool IsSound(byte[] request, int length)
        {
            return request != null && length >= Data && length <= request.Length && length <= Limits.MaxMessage
                && request[MessageHeader.Dst] == MessageHeader.Ipsec && request[MessageHeader.Reserved] == 0
                && MessageHeader.Read16(request, MessageHeader.Length) == length - Data
                && MessageHeader.Read16(request, MessageHeader.Status) == 0
                && IsAllowed(request[MessageHeader.Type], request[MessageHeader.Src])
                && SizeFits(request[MessageHeader.Type], length - Data);
        }

        // Registering and what belongs to a negotiation are the key daemon's, the SPD's contents the administrator's.
        private static bool IsAllowed(int type, int source)
        {
            if (source != MessageHeader.Ike && source != MessageHeader.Admin)
            {
                return false;
            }
            if ((type >= MessageType.APP_REGISTER && type <= MessageType.ACQUIRE_FAIL) || type == MessageType.STAND_BACK)
            {
                return source == MessageHeader.Ike;
            }
            return type <= MessageType.SAFLUSH || (source == MessageHeader.Admin) != (type == MessageType.PEER_AT);
        }

        // An SA may have a scope behind it, and SPIs are as many as there are.
        private static bool SizeFits(int type, int size)
        {
            int fixedSize = DataSize(type);
            if (type == MessageType.DELETE_SPIs)
            {
                return size >= fixedSize;
            }
            return size == fixedSize || (type == MessageType.ADD_SA && size >= fixedSize + MessageData.ScopeHead);
        }

        // Bytes of data with each request; -1 for a type that is not served.
        private static int DataSize(int type)
        {
            switch (type)
            {
                case MessageType.APP_REGISTER:
                case MessageType.SAFLUSH:
                case MessageType.FLUSH_SPD:
                    return 0;
                case MessageType.INITIAL_CONTACT:
                    return MessageData.AddressSize;
                case MessageType.DELETE_SPIs:
                    return MessageData.DeleteSpiHead + MessageData.SpiSize;
                case MessageType.GET_SPI:
                    return MessageData.GetSpiSize;
                case MessageType.STAND_BACK:
                    return MessageData.StandBackSize;
                case MessageType.ACQUIRE_FAIL:
                case MessageType.GET_POLICY:
                case MessageType.GET_POLICIES:
                case MessageType.DEL_POLICY:
                case MessageType.GET_SA:
                case MessageType.DEL_SA:
                    return MessageData.PolicyIdSize;
                case MessageType.LOOKUP_POLICY:
                    return MessageData.LookupSize;
                case MessageType.CLONE_POLICY:
                    return MessageData.CloneSize;
                case MessageType.ADD_POLICY:
                    return MessageData.PolicySize;
                case MessageType.ADD_SA:
                    return MessageData.SaSize;
                case MessageType.PEER_AT:
                    return MessageData.PeerAtSize;
                default:
                    return -1;
            }
        }

        private int Serve(byte[] request, int length, byte[] reply, ref int replied, MessageReceiver from)
        {
            if (!_databases.Started)
            {
                return Status.NFI_NOT_STARTED;
            }
            switch (request[MessageHeader.Type])
            {
                case MessageType.APP_REGISTER:
                    return Register(request[MessageHeader.Src], from);
                case MessageType.SAFLUSH:
                    return _admin.IPSecAdminFlushSAD();
                case MessageType.FLUSH_SPD:
                    return _admin.IPSecAdminFlushSPD();
                case MessageType.ADD_POLICY:
                    return AddPolicy(request, reply, ref replied);
                case MessageType.LOOKUP_POLICY:
                    return Reply(Lookup(request), reply, ref replied);
                case MessageType.GET_POLICIES:
                    return Reply(After(MessageData.Spid(request, Data)), reply, ref replied);
                case MessageType.DEL_POLICY:
                    return _admin.IPSecAdminDeletePolicy(MessageData.Spid(request, Data));
                case MessageType.DELETE_SPIs:
                    return DeleteSpis(request, length - Data);
                case MessageType.STAND_BACK:
                    return StandBack(request);
                case MessageType.INITIAL_CONTACT:
                    _databases.RemovePeer(MessageData.Address(request, Data));
                    return Status.XE_OK;
                case MessageType.PEER_AT:
                    return _databases.PutPeer(MessageData.Spid(request, Data), MessageData.Address(request, Data + 2 * MessageData.SpiSize),
                        MessageData.Spid(request, Data + MessageData.SpiSize));
                case MessageType.DEL_SA:
                    return _admin.IPSecAdminDeleteSA(MessageData.Spid(request, Data));
                default:
                    return ServePolicy(request, length, reply, ref replied);
            }
        }

        private int ServePolicy(byte[] request, int length, byte[] reply, ref int replied)
        {
            SecurityPolicy policy = _databases.Spd.Find(MessageData.Spid(request, Data));
            if (policy == null)
            {
                return Status.XE_POLICY_NOT_FOUND;
            }
            switch (request[MessageHeader.Type])
            {
                case MessageType.GET_POLICY:
                    return Reply(policy, reply, ref replied);
                case MessageType.ACQUIRE_FAIL:
                    _databases.GiveUp(policy);
                    return Status.XE_OK;
                case MessageType.CLONE_POLICY:
                    return Clone(policy, request, reply, ref replied);
                case MessageType.GET_SPI:
                    return ReplySpi(policy, MessageData.GetSpiProtocol(request, Data), reply, ref replied);
                case MessageType.GET_SA:
                    return ReplySa(policy.Session, reply, ref replied);
                default:
                    return AddSa(policy, request, length, reply, ref replied);
            }
        }

        private int Register(int application, MessageReceiver from)
        {
            if (from == null)
            {
                return Status.XE_BAD_PARAM;
            }
            int place = 0;
            while (place < _registered && _application[place] != application)
            {
                place++;
            }
            if (place == Limits.MaxApplications)
            {
                return Status.XE_NOMEM;
            }
            _application[place] = application;
            _receivers[place] = from;
            _registered = place == _registered ? _registered + 1 : _registered;
            _events.Open = true;
            return Status.XE_OK;
        }

        private int AddPolicy(byte[] request, byte[] reply, ref int replied)
        {
            IPSecID source = MessageData.Source(request, Data);
            IPSecID destination = MessageData.Destination(request, Data);
            // What is built in no flush removes: that is for the product itself to say.
            if (source == null || destination == null || (MessageData.Flags(request, Data) & PolicyFlags.BuiltIn) != 0)
            {
                return Status.XE_BAD_PARAM;
            }
            int spid = MessageData.Spid(request, Data);
            int status = _admin.AddPolicyInDomain(MessageData.Domain(request, Data), MessageData.Action(request, Data), source, destination, MessageData.Remote(request, Data),
                MessageData.Flags(request, Data), MessageData.Priority(request, Data), ref spid);
            if (status == Status.XE_OK)
            {
                BigEndian.Write32(reply, Data, spid);
                replied = MessageData.PolicyIdSize;
            }
            return status;
        }

        private SecurityPolicy Lookup(byte[] request)
        {
            IPSecID source = MessageData.ReadIdentity(request, Data);
            IPSecID destination = MessageData.ReadIdentity(request, Data + MessageData.IdentitySize);
            return source == null || destination == null ? null : _databases.Spd.FindSame(new Selector(source, destination, 0));
        }

        private int Clone(SecurityPolicy policy, byte[] request, byte[] reply, ref int replied)
        {
            IPSecID source = MessageData.ReadIdentity(request, Data + MessageData.PolicyIdSize);
            IPSecID destination = MessageData.ReadIdentity(request, Data + MessageData.PolicyIdSize + MessageData.IdentitySize);
            if (source == null || destination == null || !policy.IsPattern)
            {
                return Status.XE_BAD_PARAM;
            }
            SecurityPolicy clone = _databases.ClonePolicy(policy, source, destination, MessageData.CloneEndpoint(request, Data, false),
                MessageData.CloneEndpoint(request, Data, true), MessageData.Redirects(request, Data), out int status);
            if (clone != null)
            {
                BigEndian.Write32(reply, Data, clone.Spid);
                replied = MessageData.PolicyIdSize;
            }
            return status;
        }

        // The policy behind that one in match order; the first for 0.
        private SecurityPolicy After(int spid)
        {
            int index = 0;
            if (spid != 0)
            {
                while (_databases.Spd.InOrder(index) != null && _databases.Spd.InOrder(index).Spid != spid)
                {
                    index++;
                }
                index++;
            }
            return _databases.Spd.InOrder(index);
        }

        private static int Reply(SecurityPolicy policy, byte[] reply, ref int replied)
        {
            if (policy == null)
            {
                return Status.XE_POLICY_NOT_FOUND;
            }
            MessageData.WritePolicy(reply, Data, policy);
            replied = MessageData.PolicyAnswerSize;
            return Status.XE_OK;
        }

        // Not set aside: an SPI is 32 bits, all but a few of them random, and ADD_SA refuses one that is taken by then.
        private int ReplySpi(SecurityPolicy policy, int protocol, byte[] reply, ref int replied)
        {
            bool any = protocol == MessageData.AnyProtocol;
            bool esp = policy.WantsEsp && (any || protocol == MessageData.Esp);
            bool ah = policy.WantsAh && (any || protocol == MessageData.Ah);
            if (!esp && !ah)
            {
                return Status.XE_BAD_PARAM;
            }
            int spi = _databases.Sad.NewSpi(out int status);
            BigEndian.Write32(reply, Data, esp ? spi : 0);
            BigEndian.Write32(reply, Data + MessageData.SpiSize, ah ? spi : 0);
            replied = 2 * MessageData.SpiSize;
            return status;
        }

        // All or none: each SPI is looked at before the first goes.
        private int DeleteSpis(byte[] request, int length)
        {
            if (!MessageData.IsDeleteSpi(request, Data, length))
            {
                return Status.XE_BAD_PARAM;
            }
            int count = MessageData.DeleteSpiCount(request, Data);
            int protocol = MessageData.DeleteSpiProtocol(request, Data);
            for (int i = 0; i < count; i++)
            {
                int status = MayDelete(MessageData.DeletedSpi(request, Data, i), protocol);
                if (status != Status.XE_OK)
                {
                    return status;
                }
            }
            for (int i = 0; i < count; i++)
            {
                _databases.RemoveSpi(MessageData.DeletedSpi(request, Data, i));
            }
            return Status.XE_OK;
        }

        private int StandBack(byte[] request)
        {
            int standby = BigEndian.Read32(request, Data + MessageData.SpiSize);
            if ((standby & ~1) != 0)
            {
                return Status.XE_BAD_PARAM;
            }
            return _databases.StandBack(BigEndian.Read32(request, Data), standby != 0) ? Status.XE_OK : Status.XE_SA_NOT_FOUND;
        }

        // AH and ESP under one SPI go together, so only ANY names them.
        private int MayDelete(int spi, int protocol)
        {
            IpsecSession session = _databases.Sad.Find(spi);
            if (session == null || session.Manual)
            {
                return Status.XE_SA_NOT_FOUND;
            }
            bool esp = session.Inbound.Encryption >= 0;
            if (protocol == MessageData.AnyProtocol || (protocol == MessageData.Esp && !session.Ah) || (protocol == MessageData.Ah && !esp))
            {
                return Status.XE_OK;
            }
            return session.Ah && esp ? Status.XE_BAD_PARAM : Status.XE_SA_NOT_FOUND;
        }

        private static int ReplySa(IpsecSession session, byte[] reply, ref int replied)
        {
            if (session == null)
            {
                return Status.XE_SA_NOT_FOUND;
            }
            MessageData.WriteSa(reply, Data, session);
            WriteAlgorithm(reply, 0, session.Outbound.Encryption);
            WriteAlgorithm(reply, 1, session.Outbound.Integrity);
            WriteAlgorithm(reply, MessageData.AhAlgorithm, session.Outbound.AhIntegrity);
            replied = MessageData.SaSize;
            return Status.XE_OK;
        }

        private static void WriteAlgorithm(byte[] reply, int which, int row)
        {
            if (row >= 0)
            {
                MessageData.WriteAlgorithm(reply, Data, which, Algorithms.Ikev2Number(row), Algorithms.KeyBytes(row));
            }
        }

        // The row of one of the message's algorithms; -1 when it names none, or one that the table has not.
        private static int ReadAlgorithm(byte[] request, int which)
        {
            return Algorithms.FindNumber(which == 0 ? Algorithms.Encryption : Algorithms.Integrity,
                MessageData.AlgorithmNumber(request, Data, which), MessageData.AlgorithmKey(request, Data, which));
        }

        // Keys come as handles of secrets, which stay the daemon's. Manual keys go through the management API.
        private int AddSa(SecurityPolicy policy, byte[] request, int length, byte[] reply, ref int replied)
        {
            SaRequest wanted = MessageData.ReadSa(request, Data);
            if (!policy.IsSecure || policy.IsPattern || wanted.LifeSeconds < 0 || wanted.LifeBytes < 0 || wanted.LifePackets < 0)
            {
                return Status.XE_BAD_PARAM;
            }
            wanted.Encryption = ReadAlgorithm(request, 0);
            wanted.Integrity = ReadAlgorithm(request, 1);
            wanted.AhIntegrity = ReadAlgorithm(request, MessageData.AhAlgorithm);
            if (!IsUsable(policy, wanted, request))
            {
                return Status.XE_UNKNOWN_ALGORITHM;
            }
            int scope = Data + MessageData.SaSize;
            wanted.Scope = length == scope ? null : MessageData.ReadScope(request, scope, length - scope, policy.Selector.Version);
            if ((length != scope && wanted.Scope == null) || (wanted.Alias != null && !IsUsable(policy, wanted)))
            {
                return Status.XE_BAD_PARAM;
            }
            IpsecSession session = _databases.AddSession(policy, wanted, out int status);
#if IKE_DEBUG
            if (session != null && _admin.KeepKeys)
            {
                session.Keys = KeptKeys.Copy(wanted);
            }
#endif
            return session == null ? status : ReplySa(session, reply, ref replied);
        }

        // What the message names is in the table, and is what the policy wants; legacy algorithms only when allowed.
        private bool IsUsable(SecurityPolicy policy, SaRequest wanted, byte[] request)
        {
            return IsUsable(policy.WantsAh, wanted.AhIntegrity, MessageData.AlgorithmNumber(request, Data, MessageData.AhAlgorithm))
                && IsUsable(policy.WantsEsp, wanted.Encryption, MessageData.AlgorithmNumber(request, Data, 0))
                && IsUsable(policy.WantsEsp && !Algorithms.IsAead(wanted.Encryption), wanted.Integrity, MessageData.AlgorithmNumber(request, Data, 1));
        }

        // A virtual address is one of the selectors' family inside of a tunnel, and what travels under it is said.
        private static bool IsUsable(SecurityPolicy policy, SaRequest wanted)
        {
            return policy.IsTunnel && wanted.Scope != null && IpAddress.VersionOf(wanted.Alias, Scope.AliasOwn) == policy.Selector.Version
                && IpAddress.VersionOf(wanted.Alias, Scope.AliasVirtual) == policy.Selector.Version;
        }

        // An AEAD alone, or a cipher with integrity (RFC 8221 section 4): what is not wanted is not named either.
        private bool IsUsable(bool wanted, int row, int number)
        {
            return wanted ? row >= 0 && (!Algorithms.IsLegacy(row) || _admin.LegacyAllowed) : number == 0;
        }

        /// <summary>Sends at most <paramref name="budget"/> waiting events to every application that registered.</summary>
        public void Deliver(int budget)
        {
            while (budget-- > 0 && _events.Take(_words))
            {
                MessageHeader.Write(_event, _words[EventQueue.Type], MessageHeader.Ipsec, 0, ++_sequence, MessageData.EventSize, 0);
                MessageData.WriteEvent(_event, Data, _words);
                for (int i = 0; i < _registered; i++)
                {
                    _event[MessageHeader.Dst] = (byte)_application[i];
                    _receivers[i].Event(_event, _event.Length);
                }
            }
        }
    }
}
