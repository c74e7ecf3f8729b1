using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Copies what displays need out of the databases.</summary>
    internal static class ViewFiller
    {
        internal static void Fill(SecurityPolicy policy, PolicyView view)
        {
            view.Spid = policy.Spid;
            view.Priority = policy.Priority;
            view.Protocol = policy.Selector.Protocol;
            view.Action = policy.Action;
            view.Flags = policy.Flags;
            view.Domain = policy.Selector.Domain;
            Fill(policy.Protection, view);
            view.Mtu = policy.PathLimit;
            view.Parent = policy.IsCloned ? policy.Parent.Spid : 0;
            view.Clones = policy.CloneCount;
            view.Session = policy.Session == null ? -1 : policy.Session.Slot;
            view.AlternateSession = policy.Alternate == null ? -1 : policy.Alternate.Slot;
            view.Source = policy.Source.ToString();
            view.Destination = policy.Destination.ToString();
            view.SourceShown = policy.Source.ToShown();
            view.DestinationShown = policy.Destination.ToShown();
            view.Gateway = policy.Remote == null ? null : policy.Remote.ToString();
            view.Local = policy.Local == null ? null : policy.Local.ToString();
        }

        private static void Fill(Protection protection, PolicyView view)
        {
            view.ReplayWindow = protection == null ? Limits.DefaultReplayWindow : protection.ReplayWindow;
            view.LifeSeconds = protection == null ? 0 : protection.LifeSeconds;
            view.LifeBytes = protection == null ? 0 : protection.LifeBytes;
            view.LifePackets = protection == null ? 0 : protection.LifePackets;
        }

        internal static void Fill(IpsecSession session, long now, SessionView view)
        {
            SecurityAssociation inbound = session.Inbound;
            SecurityAssociation outbound = session.Outbound;
            view.Slot = session.Slot;
            view.Spid = session.Policy.Spid;
            view.Tunnel = session.Tunnel;
            view.InboundSpi = session.InboundSpi;
            view.OutboundSpi = outbound.Spi;
            view.CreateTime = (int)(session.CreatedAt / 1000);
            view.Life = session.LifeSeconds;
            view.HardIn = SecondsUntil(session.HardAt, now);
            view.SoftIn = SecondsUntil(session.SoftAt, now);
            view.Encryption = outbound.Encryption;
            view.Integrity = outbound.Integrity;
            view.AhIntegrity = outbound.AhIntegrity;
            view.OutboundAhSpi = outbound.AhSpi;
            view.EncryptionKeyBytes = outbound.Encryption < 0 ? 0 : Algorithms.KeyBytes(outbound.Encryption) + Algorithms.SaltBytes(outbound.Encryption);
            view.IntegrityKeyBytes = outbound.Integrity < 0 ? 0 : Algorithms.KeyBytes(outbound.Integrity);
            view.AhKeyBytes = outbound.AhIntegrity < 0 ? 0 : Algorithms.KeyBytes(outbound.AhIntegrity) + Algorithms.SaltBytes(outbound.AhIntegrity);
            view.IcvBytes = outbound.IcvBytes;
            view.AhIcvBytes = outbound.AhIcvBytes;
            view.PacketsOut = outbound.Packets;
            view.BytesOut = outbound.Bytes;
            view.DummiesOut = outbound.Dummies;
            view.SequenceOut = outbound.Sequence;
            Fill(inbound, view);
            view.Stopped = inbound.Stopped || outbound.Stopped;
        }

        private static void Fill(SecurityAssociation inbound, SessionView view)
        {
            view.ReplayWindow = inbound.Window == null ? 0 : inbound.Window.Size;
            view.SequenceIn = inbound.Window == null ? 0 : inbound.Window.Top;
            view.PacketsIn = inbound.Packets;
            view.BytesIn = inbound.Bytes;
            view.DummiesIn = inbound.Dummies;
            view.Replayed = inbound.Replayed;
            view.Unverified = inbound.Unverified;
            view.Refused = inbound.Refused;
        }

        private static int SecondsUntil(long due, long now)
        {
            return due == long.MaxValue ? -1 : due <= now ? 0 : (int)((due - now) / 1000);
        }
    }
}
