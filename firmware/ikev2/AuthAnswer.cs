using NfIpsec.Base;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>IKE_AUTH, the peer's: identity, proof, then the first child. Nothing is acted upon before the proof holds.</summary>
    internal static class AuthAnswer
    {
        internal static void Handle(Ikev2Module ike, IkeSa sa, PayloadIndex index)
        {
            int id = index.Find(PayloadType.IdInitiator);
            RemoteConfig remote = FindIdentity(ike, sa, index, id);
            if (remote == null)
            {
                Refuse(ike, sa, Fault.UnknownIdentity, Identities.Shown(index, id));
                return;
            }
            sa.Remote = remote;
            if (!Proof.Holds(sa, remote, index, id))
            {
                Refuse(ike, sa, Fault.WrongSecret, null);
                return;
            }
            MessageWriter writer = ike.Sender.OpenAnswer(sa, ExchangeType.IkeAuth);
            int status = Proof.Write(writer, sa);
            if (status != Status.XE_OK)
            {
                ike.Fail(sa, Fault.OwnFault, "AUTH, code " + status.ToString());
                return;
            }
            if (NotifyPayload.Find(index, NotifyType.InitialContact) >= 0)
            {
                ForgetOthers(ike, sa);
            }
            ike.Establish(sa);
            ChildAnswer child = new ChildAnswer(ike, sa, false);
            int fault = child.Choose(index);
            fault = fault != Fault.None ? fault : child.Install(sa.InitiatorNonce, sa.ResponderNonce, null);
            child.Write(writer, fault, null);
            ike.Sender.SendAnswer(sa, ExchangeType.IkeAuth);
            ike.Rearm(sa);
        }

        // The remote of IKE_SA_INIT, or another one with the peer's address whose -f fits.
        private static RemoteConfig FindIdentity(Ikev2Module ike, IkeSa sa, PayloadIndex index, int id)
        {
            if (Identities.Fits(sa.Remote, sa, index, id))
            {
                return sa.Remote;
            }
            for (int i = 0; i < ike.Module.Admin.RemoteCount; i++)
            {
                RemoteConfig remote = ike.Module.Admin.IkeAdminPrintRemoteConf(i);
                bool serves = InitAnswer.Serves(remote, sa.Path, false) || InitAnswer.Serves(remote, sa.Path, true);
                if (serves && Allows(remote, sa.Chosen) && Identities.Fits(remote, sa, index, id))
                {
                    return remote;
                }
            }
            return null;
        }

        // What was chosen for another remote must be good enough for this one.
        private static bool Allows(RemoteConfig remote, Transforms chosen)
        {
            return Has(remote.Encryption, chosen.Encryption) && (chosen.Integrity < 0 || Has(remote.Integrity, chosen.Integrity))
                && Has(remote.Prf, chosen.Prf) && Has(remote.Groups, chosen.Group);
        }

        private static bool Has(int[] rows, int row)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] == row)
                {
                    return true;
                }
            }
            return false;
        }

        private static void Refuse(Ikev2Module ike, IkeSa sa, int fault, string detail)
        {
            ike.Sender.AnswerNotify(sa, ExchangeType.IkeAuth, NotifyType.AuthenticationFailed, null);
            ike.Fail(sa, fault, detail);
        }

        // INITIAL_CONTACT (RFC 7296 2.4): the identity has started anew, what we still hold of it is of no use. Others may share its
        // address.
        private static void ForgetOthers(Ikev2Module ike, IkeSa sa)
        {
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                IkeSa other = ike.Sas.Slots[i];
                if (other != null && other != sa && other.State >= IkeState.Established && Identities.AreSame(sa, other))
                {
                    ike.Kill(other);
                }
            }
        }
    }
}
