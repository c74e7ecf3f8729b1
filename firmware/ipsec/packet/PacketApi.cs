using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec.Engine;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Ipsec
{
    /// <summary>The Packet API: for a stack that hands its packets over itself. Every call takes the domain, the number of the
    /// interface. A failed call has released the packet, counted the drop, and leaves null.</summary>
    /// <remarks>Belongs to the node's thread. A packet that IPsec has made passes a second time unchanged.</remarks>
    public sealed class PacketApi
    {
        private const int ProtocolEsp = 50, ProtocolAh = 51;

        private readonly Databases _databases;
        private readonly PacketPort _packets;
        private readonly Outbound _outbound;
        private readonly Inbound _inbound;
        private readonly Tally _tally;
        private readonly int[] _info = new int[PacketInfo.Words];
        private readonly Request[] _requests = new Request[Limits.MaxRequests];
        private Request _spare;       // the object of the request answered last
        private int _first, _pending;

        /// <summary>Gets the results of the asynchronous calls.</summary>
        public PacketDone Done;

        public PacketApi(Databases databases, PacketPort packets, Outbound outbound, Inbound inbound, Tally tally)
        {
            _databases = databases;
            _packets = packets;
            _outbound = outbound;
            _inbound = inbound;
            _tally = tally;
        }

        /// <summary>Requests under way.</summary>
        public int Pending
        {
            get { return _pending; }
        }

        /// <summary>Protects an outbound or forwarded packet as policy says.</summary>
        /// <param name="packet">In: the packet, its IP header filled in. Out: the same (bypass, drop), a new one (secured), null (failed).</param>
        /// <param name="domain">Interface it will be sent on.</param>
        /// <param name="policy">The PolicyAction applied.</param>
        public int PacketEncapsulateSync(ref Packet packet, int domain, out int policy)
        {
            policy = PolicyAction.IPSEC_POLICY_DROP;
            if (packet != null && packet.Sealed)
            {
                policy = PolicyAction.IPSEC_POLICY_BYPASS;
                return Status.XE_OK;
            }
            int status = Describe(packet, domain);
            if (status != Status.XE_OK)
            {
                return Fail(ref packet, status);
            }
            SecurityPolicy entry = _databases.Spd.Classifier.Find(_info, false);
            if (entry == null || !entry.IsSecure)
            {
                policy = entry == null ? policy : InForce(entry);
                return entry == null ? Fail(ref packet, Status.XE_POLICY_NOT_FOUND) : Status.XE_OK;
            }
            int result = entry.Session == null ? -_outbound.AskForKeys(ref entry, _info)
                : _outbound.Protect(entry.Session, packet.Slot, _info);
            if (result < 0)
            {
                return Fail(ref packet, -result);
            }
            policy = entry.Action;
            packet = packet.Become(true);
            return Status.XE_OK;
        }

        /// <summary>Opens an inbound packet for us, or checks one that came in clear.</summary>
        /// <param name="packet">In: the reassembled packet. Out: as with <see cref="PacketEncapsulateSync"/>.</param>
        /// <param name="domain">Interface it came in on.</param>
        /// <param name="policy">The PolicyAction applied; DROP with status 0 also for a dummy packet.</param>
        public int PacketDecapsulateSync(ref Packet packet, int domain, out int policy)
        {
            policy = PolicyAction.IPSEC_POLICY_DROP;
            int status = Describe(packet, domain);
            if (status != Status.XE_OK)
            {
                return Fail(ref packet, status);
            }
            int protocol = _info[PacketInfo.Protocol];
            if (protocol == ProtocolEsp || protocol == ProtocolAh || (_info[PacketInfo.Flags] & PacketInfo.FlagEncapsulated) != 0)
            {
                return Open(ref packet, ref policy);
            }
            SecurityPolicy entry = _databases.Spd.Classifier.Find(_info, true);
            if (entry == null || entry.IsSecure)
            {
                return Fail(ref packet, entry == null ? Status.XE_POLICY_NOT_FOUND : Status.XE_INBOUND_EXPECTED_SECURE_PACKET);
            }
            policy = InForce(entry);
            return Status.XE_OK;
        }

        // A BYPASS policy that is held back drops.
        private int InForce(SecurityPolicy entry)
        {
            return _databases.Spd.VerdictOf(entry) == VerdictRow.Drop ? PolicyAction.IPSEC_POLICY_DROP : entry.Action;
        }

        private int Open(ref Packet packet, ref int policy)
        {
            int spi = _info[PacketInfo.Spi];
            int status = _inbound.Unprotect(_info, packet.Slot);
            if (status == Inbound.Dummy)
            {
                return Status.XE_OK;
            }
            if (status != Status.XE_OK)
            {
                return Fail(ref packet, status);
            }
            policy = _databases.Sad.Find(spi).Policy.Action;
            packet = packet.Become(false);
            return Status.XE_OK;
        }

        /// <summary>The policy of an outbound packet, without processing it. The packet stays as it is.</summary>
        /// <param name="entry">The policy itself, null when there is none.</param>
        public int PacketGetPolicy(Packet packet, int domain, out int policy, out SecurityPolicy entry)
        {
            policy = PolicyAction.IPSEC_POLICY_DROP;
            entry = null;
            int status = Describe(packet, domain);
            if (status != Status.XE_OK)
            {
                return status;
            }
            entry = _databases.Spd.Classifier.Find(_info, false);
            if (entry == null)
            {
                return Status.XE_POLICY_NOT_FOUND;
            }
            policy = InForce(entry);
            return Status.XE_OK;
        }

        /// <summary>As the Sync call, but the result comes to <see cref="PacketDone.EncapsulateDone"/>. XE_OUT_OF_REQS: too many are
        /// under way, and the packet stays the caller's.</summary>
        public int PacketEncapsulate(Packet packet, int domain, object context)
        {
            return Post(packet, domain, context, true);
        }

        /// <summary>As the Sync call, but the result comes to <see cref="PacketDone.DecapsulateDone"/>.</summary>
        public int PacketDecapsulate(Packet packet, int domain, object context)
        {
            return Post(packet, domain, context, false);
        }

        private int Post(Packet packet, int domain, object context, bool outbound)
        {
            if (!_databases.Started)
            {
                return Status.NFI_NOT_STARTED;
            }
            if (packet == null || packet.Slot < 0 || Done == null)
            {
                return Status.XE_BAD_PARAM;
            }
            if (_pending == Limits.MaxRequests)
            {
                _tally.Count(Status.XE_OUT_OF_REQS);
                return Status.XE_OUT_OF_REQS;
            }
            int place = (_first + _pending++) % Limits.MaxRequests;
            Request request = _spare == null ? new Request() : _spare;
            _spare = null;
            _requests[place] = request;
            request.Source = packet;
            request.Domain = domain;
            request.Context = context;
            request.Outbound = outbound;
            return Status.XE_OK;
        }

        /// <summary>Works on at most <paramref name="budget"/> requests. A callback may post new ones; one that throws is not called again.</summary>
        public void Poll(int budget)
        {
            while (_pending > 0 && budget-- > 0)
            {
                Request request = _requests[_first];
                _requests[_first] = null;
                _first = (_first + 1) % Limits.MaxRequests;
                _pending--;
                request.Destination = request.Source;
                if (request.Outbound)
                {
                    request.Status = PacketEncapsulateSync(ref request.Destination, request.Domain, out request.Policy);
                    Done.EncapsulateDone(request);
                }
                else
                {
                    request.Status = PacketDecapsulateSync(ref request.Destination, request.Domain, out request.Policy);
                    Done.DecapsulateDone(request);
                }
                request.Source = null;
                request.Destination = null;
                request.Context = null;
                _spare = request;
            }
        }

        private int Describe(Packet packet, int domain)
        {
            if (!_databases.Started)
            {
                return Status.NFI_NOT_STARTED;
            }
            if (packet == null || packet.Slot < 0 || domain < 0)
            {
                return Status.XE_BAD_PARAM;
            }
            int result = _packets.Describe(packet.Slot, _info);
            _info[PacketInfo.Domain] = domain;
            return result < 0 ? -result : Status.XE_OK;
        }

        private int Fail(ref Packet packet, int status)
        {
            _tally.Count(status);
            if (packet != null && packet.Slot >= 0)
            {
                packet.Release();
            }
            packet = null;
            return status;
        }
    }
}
