using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>One reason to talk: a request of ours, from its first byte to its end. It owns what it makes on the way and wipes
    /// it.</summary>
    internal abstract class Exchange : JobOwner
    {
        protected readonly Ikev2Module Ike;
        protected IkeSa Sa;

        /// <summary>Not begun before, milliseconds of the clock.</summary>
        internal long NotBefore;

        protected Exchange(Ikev2Module ike, IkeSa sa)
        {
            Ike = ike;
            Sa = sa;
        }

        /// <summary>Exchange type.</summary>
        internal abstract int Type { get; }

        /// <summary>The policy it negotiates for, 0 none.</summary>
        internal virtual int Spid
        {
            get { return 0; }
        }

        /// <summary>It makes, rekeys or deletes what an IKE SA hands on to the one that takes over.</summary>
        internal virtual bool ChangesChildren
        {
            get { return Type == ExchangeType.CreateChildSa; }
        }

        /// <summary>It waits, and another IKE SA has taken over.</summary>
        internal virtual void MoveTo(IkeSa sa)
        {
            Sa = sa;
        }

        /// <summary>The peer deletes an SA that we do not know: it may be the one that this exchange has made there.</summary>
        internal virtual void Deleted(int protocol, int spi)
        {
        }

        /// <summary>Does what must come before the request, and sends it, at once or when a job is done.</summary>
        internal virtual void Start()
        {
            Ike.Sender.SendRequest(Sa);
        }

        /// <summary>Writes the payloads of the request.</summary>
        internal abstract void Write(MessageWriter writer);

        /// <summary>The answer, checked by the rules and, but for IKE_SA_INIT, authenticated.</summary>
        internal abstract void Answer(IkeHeader header, PayloadIndex index);

        /// <summary>The SA ends, or the peer is silent, before the answer came.</summary>
        internal virtual void Abandon()
        {
        }

        /// <summary>Wipes.</summary>
        internal virtual void End()
        {
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret != null)
            {
                secret.Dispose();
            }
        }

        /// <summary>Starts a job for this exchange, or has Start called again when there is room.</summary>
        protected bool Begin(int kind, int a, byte[] src, int offset, int length)
        {
            int status = Ike.Module.Jobs.Start(kind, a, src, offset, length, this);
            if (status != Base.Status.XE_OK)
            {
                Sa.StartAt = Ike.Module.Clock.Now + IkeLimits.JobRetryMs;
                Ike.Rearm(Sa);
            }
            return status == Base.Status.XE_OK;
        }
    }
}
