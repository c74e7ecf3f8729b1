using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Both roles: keys of a child, and its way into IPsec.</summary>
    internal static class ChildInstall
    {
        /// <summary>All but the keys.</summary>
        internal static ChildKeys NewKeys(IkeSa sa, ChildConfig child, Transforms chosen, int inboundSpi, int outboundSpi)
        {
            ChildKeys keys = new ChildKeys();
            keys.Spid = child.Spid;
            keys.InboundSpi = inboundSpi;
            keys.OutboundSpi = outboundSpi;
            bool ah = chosen.Protocol == ProtocolId.Ah;
            keys.Encryption = chosen.Encryption;
            keys.Integrity = ah ? Algorithms.None : chosen.Integrity;
            keys.AhIntegrity = ah ? chosen.Integrity : Algorithms.None;
            keys.LifeSeconds = child.LifeSeconds;
            keys.LifeBytes = child.LifeBytes;
            keys.LifePackets = child.LifePackets;
            if (!ah)
            {
                Encapsulate(keys, sa, child);
            }
            return keys;
        }

        /// <summary>Less than the policy's traffic was agreed upon: the rest must not go into the SA (RFC 4301 5.1, RFC 7296 2.9).</summary>
        internal static void Narrow(Ikev2Module ike, ChildKeys keys, ChildConfig child, TrafficSelectors local, TrafficSelectors remote)
        {
            keys.Local = local;
            keys.Remote = remote;
            ike.Module.Log.Info("policy '" + child.Name + "': the selectors agreed upon are narrower; traffic outside of them is dropped");
        }

        /// <param name="initiator">We began the exchange.</param>
        /// <returns>A fault.</returns>
        internal static int Install(Ikev2Module ike, IkeSa sa, ChildKeys keys, byte[] initiatorNonce, byte[] responderNonce, Secret shared, bool initiator,
            out ChildSa made)
        {
            made = null;
            if (!sa.HasPlace)
            {
                return Fault.TooMany;
            }
            int status = ChildMaterial.Fill(keys, sa.Keys, shared, initiatorNonce, responderNonce, initiator);
            status = status != Status.XE_OK ? status : ike.Module.Ipsec.AddSa(keys);
            keys.Dispose();
            if (status != Status.XE_OK)
            {
                return status == Status.XE_OUT_OF_SESSIONS || status == Status.XE_NOMEM ? Fault.TooMany : Fault.OwnFault;
            }
            if (keys.EncapLocal != 0 && sa.MayMove)
            {
                ike.Module.Ipsec.PeerAt(keys.InboundSpi, sa.Path);
            }
            made = Enter(ike, sa, keys, initiator);
            return Fault.None;
        }

        // RFC 7296 2.23: UDP when a NAT shows, on the ports that IKE has moved to.
        private static void Encapsulate(ChildKeys keys, IkeSa sa, ChildConfig child)
        {
            bool wanted = child.Encap == ChildConfig.EncapForce || (child.Encap == ChildConfig.EncapAuto && sa.HasNat);
            if (wanted)
            {
                keys.EncapLocal = IkePath.NatPort;
                keys.EncapRemote = sa.Path.HasMarker ? sa.Path.RemotePort : IkePath.NatPort;
            }
        }

        private static ChildSa Enter(Ikev2Module ike, IkeSa sa, ChildKeys keys, bool initiator)
        {
            ChildSa entry = new ChildSa();
            entry.Spid = keys.Spid;
            entry.InboundSpi = keys.InboundSpi;
            entry.OutboundSpi = keys.OutboundSpi;
            entry.Protocol = keys.AhIntegrity >= 0 ? ProtocolId.Ah : ProtocolId.Esp;
            entry.Encryption = keys.Encryption;
            entry.Integrity = keys.AhIntegrity >= 0 ? keys.AhIntegrity : keys.Integrity;
            entry.Local = keys.Local;
            entry.Remote = keys.Remote;
            entry.Initiator = initiator;
            entry.CreatedAt = ike.Module.Clock.Now;
            sa.AddChild(entry);
            ike.Rearm(sa);
            return entry;
        }
    }
}
