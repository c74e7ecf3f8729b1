using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Base.Table;
using NfIpsec.Base.Timer;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Policy;

namespace NfIpsec.Ipsec.Sa
{
    /// <summary>The security association database (RFC 4301 4.4.2): bounded, found by inbound SPI in constant time.</summary>
    public sealed class Sad
    {
        /// <summary>SPIs up to here are reserved (RFC 4303 2.1).</summary>
        public const int LastReservedSpi = 255;

        private const int SlotMask = Limits.MaxSessions - 1;
        private const int SpiAttempts = 16;
        private const int HopLimit = 64;

        private readonly PacketPort _packets;
        private readonly RandomSource _random;
        private readonly IntTable _bySpi = new IntTable(Limits.MaxSessions);
        private readonly int[] _config = new int[TransformConfig.Words];
        private readonly byte[] _spiBytes = new byte[4];
        private int _count, _lowestFree;

        /// <summary>By slot, null where free. For the packet path; changed here only.</summary>
        public readonly IpsecSession[] Slots = new IpsecSession[Limits.MaxSessions];

        /// <summary>Soft and hard expiry, by slot.</summary>
        public readonly TimerQueue Timers = new TimerQueue(Limits.MaxSessions);

        public Sad(PacketPort packets, RandomSource random)
        {
            _packets = packets;
            _random = random;
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>The session that owns the inbound SPI, or null. A generated SPI names its slot; one given by hand is looked up.</summary>
        public IpsecSession Find(int spi)
        {
            IpsecSession session = Slots[spi & SlotMask];
            if (session != null && session.InboundSpi == spi)
            {
                return session;
            }
            int slot = _bySpi.Find(spi);
            return slot < 0 ? null : Slots[slot];
        }

        /// <summary>Session <paramref name="index"/> in slot order, or null behind the last.</summary>
        public IpsecSession InOrder(int index)
        {
            for (int i = 0; i < Slots.Length; i++)
            {
                if (Slots[i] != null && index-- == 0)
                {
                    return Slots[i];
                }
            }
            return null;
        }

        /// <summary>Makes a session for the policy and puts it in use; those that the policy had are only accepted from now on. The
        /// <see cref="Surplus"/> one goes.</summary>
        /// <param name="status">XE_BAD_PARAM: other protocols than the policy's; XE_BAD_ESP_SPI, XE_BAD_AH_SPI: reserved SPI;
        /// XE_BAD_PORT_NUMBER: AH in UDP, which covers what a NAT changes (RFC 3715 2.1); XE_EXIST: the inbound SPI is taken, or the policy is keyed by hand
        /// already; XE_OUT_OF_SESSIONS; what the packet port says of the keys.</param>
        /// <returns>The session, or null.</returns>
        public IpsecSession Add(SecurityPolicy policy, SaRequest request, long now, out int status)
        {
            status = Check(policy, request);
            if (status != Status.XE_OK)
            {
                return null;
            }
            int slot = FreeSlot();
            int spi = request.InboundSpi;
            if (spi == 0 && (spi = GenerateSpi(slot)) == 0)
            {
                status = Status.NFI_NO_RANDOM;
                return null;
            }
            // What is typed in nobody renews.
            int jitter = request.Manual ? 0 : _random.UpTo(SoftLimit.MostJitter);
            IpsecSession session = NewSession(policy, request, slot, spi, now, jitter);
            status = CreateTransforms(session, request);
            if (status != Status.XE_OK)
            {
                FreeTransforms(session);
                return null;
            }
            Enter(session);
            return session;
        }

        private int Check(SecurityPolicy policy, SaRequest request)
        {
            bool esp = request.Encryption >= 0;
            bool ah = request.AhIntegrity >= 0;
            if (esp != policy.WantsEsp || ah != policy.WantsAh)
            {
                return Status.XE_BAD_PARAM;
            }
            if ((request.InboundSpi != 0 && IsReserved(request.InboundSpi)) || IsReserved(request.OutboundSpi))
            {
                return esp ? Status.XE_BAD_ESP_SPI : Status.XE_BAD_AH_SPI;
            }
            if (request.OutboundAhSpi != 0 && (!ah || IsReserved(request.OutboundAhSpi)))
            {
                return Status.XE_BAD_AH_SPI;
            }
            if (ah && request.EncapLocal != 0)
            {
                return Status.XE_BAD_PORT_NUMBER;
            }
            if (request.InboundSpi != 0 && _bySpi.Find(request.InboundSpi) >= 0)
            {
                return Status.XE_EXIST;
            }
            if (policy.Session != null && (request.Manual || policy.Session.Manual))
            {
                return Status.XE_EXIST;
            }
            return _count == Limits.MaxSessions ? Status.XE_OUT_OF_SESSIONS : Status.XE_OK;
        }

        /// <summary>True for 0 to 255.</summary>
        public static bool IsReserved(int spi)
        {
            return (uint)spi <= LastReservedSpi;
        }

        private int FreeSlot()
        {
            while (Slots[_lowestFree] != null)
            {
                _lowestFree++;
            }
            return _lowestFree;
        }

        /// <summary>An inbound SPI for a session that is being negotiated, or 0: XE_OUT_OF_SESSIONS, NFI_NO_RANDOM.</summary>
        public int NewSpi(out int status)
        {
            int spi = _count == Limits.MaxSessions ? 0 : GenerateSpi(FreeSlot());
            status = spi != 0 ? Status.XE_OK : _count == Limits.MaxSessions ? Status.XE_OUT_OF_SESSIONS : Status.NFI_NO_RANDOM;
            return spi;
        }

        /// <summary>An inbound SPI with the slot in its low bits and the others random; 0 when there is no randomness.</summary>
        public int GenerateSpi(int slot)
        {
            for (int i = 0; i < SpiAttempts; i++)
            {
                if (_random.Fill(_spiBytes, 0, 4) != Status.XE_OK)
                {
                    return 0;
                }
                int spi = (BigEndian.Read32(_spiBytes, 0) & ~SlotMask) | slot;
                if (!IsReserved(spi) && _bySpi.Find(spi) < 0)
                {
                    return spi;
                }
            }
            return 0;
        }

        private static IpsecSession NewSession(SecurityPolicy policy, SaRequest request, int slot, int spi, long now, int jitter)
        {
            IpsecSession session = new IpsecSession();
            session.Slot = slot;
            session.Policy = policy;
            session.InboundSpi = spi;
            session.Tunnel = policy.IsTunnel;
            session.Ah = request.AhIntegrity >= 0;
            session.Manual = request.Manual;
            session.Scope = request.Scope;
            session.EncapLocal = request.EncapLocal;
            session.EncapRemote = request.EncapRemote;
            session.NoTfcPadding = request.NoTfcPadding;
            session.Peer = policy.Remote;
            session.Alias = request.Alias;
            session.CreatedAt = now;
            session.LifeSeconds = request.LifeSeconds;
            long life = request.LifeSeconds * 1000L;
            session.HardAt = life > 0 ? now + life : long.MaxValue;
            session.SoftAt = life > 0 ? now + SoftLimit.Of(life, jitter) : long.MaxValue;
            session.Inbound = NewAssociation(policy, request, spi, jitter);
            session.Outbound = NewAssociation(policy, request, request.OutboundSpi, jitter);
            session.Outbound.AhSpi = request.OutboundAhSpi != 0 ? request.OutboundAhSpi : request.OutboundSpi;
            bool replay = session.Inbound.Esn || (policy.Flags & PolicyFlags.SP_CHECK_REPLAY) != 0;
            session.Inbound.Window = replay ? new ReplayWindow(policy.Protection.ReplayWindow, session.Inbound.Esn) : null;
            return session;
        }

        private static SecurityAssociation NewAssociation(SecurityPolicy policy, SaRequest request, int spi, int jitter)
        {
            SecurityAssociation sa = new SecurityAssociation();
            bool shortIcv = (policy.Flags & PolicyFlags.SP_AUTH_SHA2_ICV_SHORT) != 0;
            sa.Spi = sa.AhSpi = spi;
            sa.Encryption = request.Encryption;
            sa.Integrity = request.Integrity;
            sa.AhIntegrity = request.AhIntegrity;
            sa.IcvBytes = sa.Integrity >= 0 ? Algorithms.IcvBytes(sa.Integrity, shortIcv) : sa.Encryption < 0 ? 0 : Algorithms.IcvBytes(sa.Encryption);
            sa.AhIcvBytes = sa.AhIntegrity < 0 ? 0 : Algorithms.IcvBytes(sa.AhIntegrity, shortIcv);
            sa.Esn = (policy.Flags & PolicyFlags.SP_ESN) != 0;
            sa.Lifetime = new Lifetime(request.LifeBytes, request.LifePackets, sa.Esn, jitter);
            sa.Lifetime.Arm(sa);
            return sa;
        }

        private int CreateTransforms(IpsecSession session, SaRequest request)
        {
            int inbound = CreateTransform(session, session.Inbound, TransformConfig.Inbound, request.InboundCipherKey, request.InboundMacKey, request.InboundAhKey);
            if (inbound < 0)
            {
                return -inbound;
            }
            session.Inbound.Transform = inbound;
            int outbound = CreateTransform(session, session.Outbound, 0, request.OutboundCipherKey, request.OutboundMacKey, request.OutboundAhKey);
            if (outbound < 0)
            {
                return -outbound;
            }
            session.Outbound.Transform = outbound;
            return Status.XE_OK;
        }

        private int CreateTransform(IpsecSession session, SecurityAssociation sa, int direction, int cipherKey, int macKey, int ahKey)
        {
            int[] config = _config;
            Array.Clear(config, 0, config.Length);
            config[TransformConfig.Flags] = direction | FlagsOf(session.Policy, sa);
            config[TransformConfig.Cipher] = sa.Encryption < 0 ? 0 : Algorithms.NativeId(sa.Encryption);
            config[TransformConfig.EspMac] = sa.Integrity < 0 ? 0 : Algorithms.NativeId(sa.Integrity);
            config[TransformConfig.EspIcv] = sa.IcvBytes;
            config[TransformConfig.Spi] = sa.Spi;
            if (session.Ah)
            {
                config[TransformConfig.AhMac] = Algorithms.NativeId(sa.AhIntegrity);
                config[TransformConfig.AhIcv] = sa.AhIcvBytes;
                config[TransformConfig.AhSpi] = sa.AhSpi;
            }
            config[TransformConfig.EncapLocal] = session.EncapLocal;
            config[TransformConfig.EncapRemote] = session.EncapRemote;
            if (session.Tunnel)
            {
                config[TransformConfig.Version] = session.Policy.Remote.Version;
                config[TransformConfig.HopLimit] = HopLimit;
                IpAddress.Copy(session.Policy.Local.Words, 0, config, TransformConfig.Local);
                IpAddress.Copy(session.Policy.Remote.Words, 0, config, TransformConfig.Remote);
            }
            return _packets.CreateTransform(config, cipherKey, macKey, ahKey);
        }

        private static int FlagsOf(SecurityPolicy policy, SecurityAssociation sa)
        {
            int policyFlags = policy.Flags;
            int flags = policy.IsTunnel ? TransformConfig.Tunnel : 0;
            flags |= sa.Encryption >= 0 ? TransformConfig.Esp : 0;
            flags |= sa.AhIntegrity >= 0 ? TransformConfig.Ah : 0;
            flags |= sa.Esn ? TransformConfig.Esn : 0;
            flags |= (policyFlags & PolicyFlags.SP_CHECK_ESP_PAD) != 0 ? TransformConfig.PadCheck : 0;
            flags |= (policyFlags & PolicyFlags.SP_FULL_ECN) != 0 ? TransformConfig.FullEcn : 0;
            flags |= (policyFlags & PolicyFlags.SP_DF_COPY) != 0 ? TransformConfig.DfCopy : 0;
            return flags | ((policyFlags & PolicyFlags.SP_DF_SET) != 0 ? TransformConfig.DfSet : 0);
        }

        private void Enter(IpsecSession session)
        {
            SecurityPolicy policy = session.Policy;
            Slots[session.Slot] = session;
            _bySpi.Add(session.InboundSpi, session.Slot);
            _count++;
            if (session.SoftAt != long.MaxValue)
            {
                Timers.Set(session.Slot, session.SoftAt);
            }
            IpsecSession surplus = Surplus(policy);
            if (surplus != null)
            {
                Remove(surplus);
            }
            session.Next = policy.Session;
            policy.Session = session;
        }

        /// <summary>Which of the policy's sessions goes when it gets another one: the one that sent longest ago, when it has as many as it
        /// may; null: none.</summary>
        public static IpsecSession Surplus(SecurityPolicy policy)
        {
            int count = 0;
            IpsecSession last = null;
            for (IpsecSession session = policy.Session; session != null; session = session.Next)
            {
                last = session;
                count++;
            }
            return count == Limits.MaxPolicySessions ? last : null;
        }

        /// <summary>Another session of the policy sends, where there is one.</summary>
        /// <param name="standby">Until a packet comes under this one; else for good, and behind all others.</param>
        public static void StandBack(IpsecSession session, bool standby)
        {
            SecurityPolicy policy = session.Policy;
            bool sends = policy.Session == session;
            if (policy.Alternate == null || (standby && !sends))
            {
                return;
            }
            Unlink(session);
            session.Standby = standby;
            IpsecSession before = policy.Session;
            while (!standby && before.Next != null)
            {
                before = before.Next;
            }
            session.Next = before.Next;
            before.Next = session;
        }

        /// <summary>The session sends from now on.</summary>
        public static void Use(IpsecSession session)
        {
            session.Standby = false;
            Unlink(session);
            session.Next = session.Policy.Session;
            session.Policy.Session = session;
        }

        // When the one that sends goes, the next one does.
        private static void Unlink(IpsecSession session)
        {
            SecurityPolicy policy = session.Policy;
            if (policy.Session == session)
            {
                policy.Session = session.Next;
                if (session.Next != null)
                {
                    session.Next.Standby = false;
                }
            }
            else
            {
                IpsecSession before = policy.Session;
                while (before.Next != session)
                {
                    before = before.Next;
                }
                before.Next = session.Next;
            }
            session.Next = null;
        }

        /// <summary>The peer of a session in UDP is at that port from now on, and in tunnel mode at that address; both directions know.
        /// XE_BAD_PORT_NUMBER: no port, or no UDP; XE_BAD_ADDR_RANGE: not of the outer header's family; nothing changed then.</summary>
        public int Move(IpsecSession session, IpAddress peer, int port)
        {
            int status = _packets.MoveTransform(session.Outbound.Transform, peer.Words, port);
            status = status < 0 ? status : _packets.MoveTransform(session.Inbound.Transform, peer.Words, port);
            if (status < 0)
            {
                return -status;
            }
            session.EncapRemote = port;
            session.Peer = session.Tunnel ? peer : session.Peer;
            return Status.XE_OK;
        }

        /// <summary>Takes a session out and wipes its keys. Packets that name its SPI are dropped from now on.</summary>
        public void Remove(IpsecSession session)
        {
            Slots[session.Slot] = null;
            _bySpi.Remove(session.InboundSpi);
            Timers.Cancel(session.Slot);
            _count--;
            _lowestFree = session.Slot < _lowestFree ? session.Slot : _lowestFree;
            Unlink(session);
            FreeTransforms(session);
            WipeKeys(session);
        }

        private void FreeTransforms(IpsecSession session)
        {
            FreeTransform(session.Inbound);
            FreeTransform(session.Outbound);
        }

        private void FreeTransform(SecurityAssociation sa)
        {
            if (sa.Transform > 0)
            {
                _packets.FreeTransform(sa.Transform);
                sa.Transform = 0;
            }
            sa.Stopped = true;
        }

        private static void WipeKeys(IpsecSession session)
        {
#if IKE_DEBUG
            for (int i = 0; session.Keys != null && i < session.Keys.Length; i++)
            {
                if (session.Keys[i] != null)
                {
                    session.Keys[i].Dispose();
                }
            }
            session.Keys = null;
#endif
        }
    }
}
