using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>INFORMATIONAL, the peer's (RFC 7296 1.4): deletes, error notifies, or nothing at all.</summary>
    internal static class InformationalAnswer
    {
        internal static void Handle(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            MessageWriter writer = ike.Sender.OpenAnswer(sa, ExchangeType.Informational);
            bool all = false;
            for (int i = index.Find(PayloadType.Delete); i != PayloadIndex.None; i = index.Next(i))
            {
                all |= DeletePayload.Protocol(index.Bytes, index.Offset[i]) == ProtocolId.Ike;
            }
            // The end of the IKE SA is the end of its children: none is named (RFC 7296 1.4.1).
            if (!all)
            {
                DeleteChildren(ike, sa, index, writer);
            }
            ike.Sender.SendAnswer(sa, ExchangeType.Informational);
            int error = NotifyPayload.FirstError(index);
            if (error == NotifyType.AuthenticationFailed)
            {
                ike.Fail(sa, Fault.PeerRefused, NotifyType.Name(error));
            }
            else if (all)
            {
                ike.Module.Log.Info("remote '" + sa.Remote.Name + "' has ended the IKE SA");
                ike.Kill(sa);
            }
            else
            {
                ike.Rearm(sa);
            }
        }

        // Both SPIs of a pair go together: the answer names ours. One that we do not have, or are about to delete ourselves, is passed over
        // (RFC 7296 1.4.1, 2.25.1).
        private static void DeleteChildren(Ikev2Module ike, IkeSa sa, PayloadIndex index, MessageWriter writer)
        {
            for (int i = index.Find(PayloadType.Delete); i != PayloadIndex.None; i = index.Next(i))
            {
                int at = index.Offset[i];
                int protocol = DeletePayload.Protocol(index.Bytes, at);
                int count = ProtocolId.IsChild(protocol) ? DeletePayload.Count(index.Bytes, at) : 0;
                for (int n = 0; n < count; n++)
                {
                    int spi = DeletePayload.Spi(index.Bytes, at, n);
                    ChildSa child = sa.FindOutbound(protocol, spi);
                    if (child == null && sa.Current != null)
                    {
                        sa.Current.Deleted(protocol, spi);
                    }
                    else if (child != null && !child.Closing)
                    {
                        ike.RemoveChild(sa, child);
                        DeletePayload.WriteChild(writer, protocol, child.InboundSpi);
                    }
                }
            }
        }
    }
}
