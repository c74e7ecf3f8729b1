using NfIpsec.Base;
using NfIpsec.Base.Address;

namespace NfIpsec.Ipsec.Management
{
    /// <summary>Says what is wrong with the parameters of a policy, if anything.</summary>
    internal static class PolicyCheck
    {
        internal static int Parameters(int action, IPSecID source, IPSecID destination, IpAddress remote, int flags, int priority, out string error)
        {
            error = null;
            if (action < PolicyAction.IPSEC_POLICY_BYPASS || action > PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT)
            {
                return Fail(Status.XE_BAD_PARAM, "policy " + action.ToString() + ": expected bypass, drop, secure tunnel or secure transport", out error);
            }
            if (source == null || destination == null)
            {
                return Fail(Status.XE_BAD_PARAM, "source and destination are both needed", out error);
            }
            if (source.Version != destination.Version)
            {
                return Fail(Status.XE_BAD_ADDR_RANGE, "'" + source.ToString() + "' and '" + destination.ToString() + "' are not of one address family", out error);
            }
            if (source.Protocol != destination.Protocol || source.Protocol < 0 || source.Protocol > 255)
            {
                return Fail(Status.XE_BAD_PARAM, "protocol " + source.Protocol.ToString() + ": expected one number from 0 to 255 for both ends", out error);
            }
            if (priority < PolicyPriority.SP_PRIORITY_HIGHEST || priority > PolicyPriority.SP_PRIORITY_LOWEST)
            {
                return Fail(Status.XE_BAD_PARAM, "priority " + priority.ToString() + ": expected 1 (highest) to 7 (lowest)", out error);
            }
            if ((flags & ~(PolicyFlags.All | PolicyFlags.BuiltIn)) != 0)
            {
                return Fail(Status.XE_BAD_PARAM, "flags: a bit that no SP_ flag has", out error);
            }
            if (action <= PolicyAction.IPSEC_POLICY_DROP && (flags & PolicyFlags.SP_CLONE) != 0)
            {
                return Fail(Status.XE_BAD_PARAM, "flags: only a policy that secures its traffic is cloned for each flow", out error);
            }
            return action <= PolicyAction.IPSEC_POLICY_DROP ? Status.XE_OK : Secure(action, source, remote, flags, out error);
        }

        private static int Secure(int action, IPSecID source, IpAddress remote, int flags, out string error)
        {
            bool roaming = remote != null && remote.IsUnspecified && action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL
                && (flags & PolicyFlags.SP_CLONE_DST) != 0 && (flags & PolicyFlags.SP_KEYNEG_MANUAL) == 0;
            if (remote == null || (remote.IsUnspecified && !roaming))
            {
                return Fail(Status.XE_BAD_PARAM, "a secure policy needs the address of its remote endpoint; a tunnel for peers from anywhere needs clone=dst", out error);
            }
            if (action == PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT && remote.Version != source.Version)
            {
                return Fail(Status.XE_BAD_ADDR_RANGE, "remote endpoint '" + remote.ToString() + "': in transport mode expected the family of the selectors", out error);
            }
            if ((flags & (PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_PROTO_AH)) == 0)
            {
                return Fail(Status.XE_BAD_PARAM, "flags: a secure policy needs SP_PROTO_ESP, SP_PROTO_AH or both", out error);
            }
            if ((flags & PolicyFlags.SP_DF_COPY) != 0 && (flags & PolicyFlags.SP_DF_SET) != 0)
            {
                return Fail(Status.XE_BAD_PARAM, "flags: SP_DF_COPY and SP_DF_SET exclude each other", out error);
            }
            if ((flags & PolicyFlags.SP_CLONE) != 0 && (flags & PolicyFlags.SP_KEYNEG_MANUAL) != 0)
            {
                return Fail(Status.XE_BAD_PARAM, "flags: a policy that is cloned for each flow needs keys for each, which are not made by hand; expected no SP_KEYNEG_MANUAL", out error);
            }
            error = null;
            return Status.XE_OK;
        }

        internal static int Options(Policy.SecurityPolicy policy, PolicyOptions options, out string error)
        {
            error = null;
            if (options == null)
            {
                return Fail(Status.XE_BAD_PARAM, "no options", out error);
            }
            if (!Sa.ReplayWindow.IsSize(options.ReplayWindow))
            {
                return Fail(Status.XE_BAD_PARAM, "replay window " + options.ReplayWindow.ToString() + ": expected a multiple of 32 from 32 to 1024", out error);
            }
            if (options.LifeSeconds < 0 || options.LifeBytes < 0 || options.LifePackets < 0)
            {
                return Fail(Status.XE_BAD_PARAM, "lifetime: expected 0 (none) or more", out error);
            }
            int least = policy.IsSecure && policy.OuterVersion == 6 ? Limits.MinMtu6 : Limits.MinMtu4;
            if (options.Mtu != 0 && (options.Mtu < least || options.Mtu > 65535))
            {
                return Fail(Status.XE_BAD_PARAM, "mtu " + options.Mtu.ToString() + ": expected " + least.ToString() + " to 65535 bytes", out error);
            }
            return Status.XE_OK;
        }

        private static int Fail(int status, string sentence, out string error)
        {
            error = sentence;
            return status;
        }
    }
}
