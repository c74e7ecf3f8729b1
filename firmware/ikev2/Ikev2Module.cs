using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>IKEv2 (RFC 7296): to be added to the module with Add.</summary>
    public sealed class Ikev2Module : IkeGeneration
    {
        private const int PollBudget = 8;

        private readonly Receiver _receiver;
        private readonly Upkeep _upkeep;

        internal readonly IkeModule Module;
        internal readonly SaTable Sas;
        internal readonly Sender Sender;
        internal readonly Cookies Cookies = new Cookies();
        internal readonly ProposalChoice Choice = new ProposalChoice();

        public Ikev2Module(IkeModule ike)
        {
            Module = ike;
            Sas = new SaTable(ike.Random);
            Sender = new Sender(this);
            _receiver = new Receiver(this);
            _upkeep = new Upkeep(this);
        }

        public override int Version
        {
            get { return 2; }
        }

        public override void Message(IkePath path, byte[] bytes, int offset, int length)
        {
            _receiver.Message(path, bytes, offset, length);
        }

        // ---- what IPsec and the administrator ask for ----

        public override void Acquire(ChildConfig child, RemoteConfig remote)
        {
            IkeSa sa = Sas.FindRemote(remote, null);
            // Another IKE SA may find another answer.
            if (sa != null && child.Packet != null && Module.Refusals.IsPaused(child.Spid, Module.Clock.Now))
            {
                Module.Ipsec.AcquireFail(child.Spid);
                return;
            }
            bool lacks = sa != null && remote.VirtualRequest && sa.IsEstablished && sa.Assigned == null;
            if (lacks && Module.Clock.Now < remote.AddressRetryAt)
            {
                Module.Ipsec.AcquireFail(child.Spid);
            }
            else if (lacks)
            {
                // Only IKE_AUTH asks for an address (RFC 7296 2.19).
                Close(sa);
                Begin(remote, child, null);
            }
            else if (sa == null)
            {
                Begin(remote, child, null);
            }
            else if (!sa.Negotiates(child.Spid))
            {
                Run(sa, new ChildExchange(this, sa, child, null));
            }
        }

        /// <summary>Begins an IKE SA with this first child.</summary>
        /// <param name="replaces">The SA it takes over from, or null.</param>
        /// <returns>The SA on its way, or null.</returns>
        internal IkeSa Begin(RemoteConfig remote, ChildConfig child, IkeSa replaces)
        {
            Strangers.GiveWay(this, remote);
            IkeSa sa = Sas.Add(remote, null, Module.Clock.Now);
            if (sa == null)
            {
                Module.Log.Fail(Sas.Refusal, remote, remote.Remote.ToString(), Sas.Full);
                Module.Ipsec.AcquireFail(child.Spid);
                return null;
            }
            sa.Replaces = replaces;
            sa.Init = new InitExchange(this, sa, child);
            sa.Current = sa.Init;
            if (!Module.ChoosePath(remote, sa.Path))
            {
                Fail(sa, Fault.OwnFault, "no interface has an address to reach it from");
                return null;
            }
            sa.Current.Start();
            return sa.State == IkeState.Dead ? null : sa;
        }

        public override void SaExpired(int spid, int inboundSpi, int outboundSpi, bool hard)
        {
            IkeSa sa = FindChild(inboundSpi, out ChildSa child);
            if (sa != null && hard)
            {
                CloseChild(sa, child);
            }
            else if (sa != null)
            {
                _upkeep.GrowsOld(sa, child);
            }
        }

        public override void SaDeleted(int spid, int inboundSpi)
        {
            IkeSa sa = FindChild(inboundSpi, out ChildSa child);
            if (sa != null)
            {
                CloseChild(sa, child);
            }
        }

        public override void PeerMoved(int inboundSpi, int[] address, int port)
        {
            IkeSa sa = FindChild(inboundSpi, out ChildSa child);
            if (sa != null)
            {
                Rebinding.Seen(this, sa, inboundSpi, address, port);
            }
        }

        /// <summary>Tells the peer that the child ends; nothing is sent under it any more.</summary>
        internal void CloseChild(IkeSa sa, ChildSa child)
        {
            if (!child.Closing && sa.FindInbound(child.InboundSpi) == child)
            {
                child.Closing = true;
                Module.Ipsec.StandBack(child.InboundSpi, false);
                Run(sa, new DeleteChildExchange(this, sa, child));
            }
        }

        /// <summary>The child ends here and now.</summary>
        internal void RemoveChild(IkeSa sa, ChildSa child)
        {
            if (sa.RemoveChild(child))
            {
                Module.Ipsec.DeleteSpi(child.InboundSpi);
            }
        }

        /// <summary>The SA that has the child, or null.</summary>
        internal IkeSa FindChild(int inboundSpi, out ChildSa child)
        {
            child = null;
            for (int i = 0; i < Sas.Slots.Length; i++)
            {
                child = Sas.Slots[i] == null ? null : Sas.Slots[i].FindInbound(inboundSpi);
                if (child != null)
                {
                    return Sas.Slots[i];
                }
            }
            return null;
        }

        public override void RemoteDeleted(RemoteConfig remote)
        {
            for (int i = 0; i < Sas.Slots.Length; i++)
            {
                if (Sas.Slots[i] != null && Sas.Slots[i].Remote == remote && Sas.Slots[i].State < IkeState.Established && Sas.Slots[i].Old == null)
                {
                    Kill(Sas.Slots[i]);
                }
            }
        }

        public override void Shutdown()
        {
            for (int i = 0; i < Sas.Slots.Length; i++)
            {
                if (Sas.Slots[i] != null && Sas.Slots[i].State >= IkeState.Established && Sas.Slots[i].State < IkeState.Deleting)
                {
                    Close(Sas.Slots[i]);
                }
                else if (Sas.Slots[i] != null && Sas.Slots[i].State < IkeState.Established && Sas.Slots[i].Old == null)
                {
                    Kill(Sas.Slots[i]);
                }
            }
        }

        public override void Drop()
        {
            for (int i = 0; i < Sas.Slots.Length; i++)
            {
                if (Sas.Slots[i] != null)
                {
                    Kill(Sas.Slots[i]);
                }
            }
            Cookies.End();
        }

        // ---- the life of an SA ----

        /// <summary>Asks an SA that stands in somebody's way whether its peer lives, unless it is being asked something.</summary>
        /// <param name="sa">May be null.</param>
        internal void Probe(IkeSa sa)
        {
            if (sa != null && sa.IsEstablished && sa.Current == null)
            {
                Run(sa, new LivenessExchange(this, sa));
            }
        }

        /// <summary>Starts the exchange, or has it wait for its turn; false when there is no place to wait.</summary>
        internal bool Run(IkeSa sa, Exchange exchange)
        {
            if (!sa.Enqueue(exchange))
            {
                Module.Log.Fail(Fault.TooMany, sa.Remote, sa.Path.RemoteText, "negotiations that wait");
                exchange.Abandon();
                return false;
            }
            Next(sa);
            return true;
        }

        /// <summary>The current exchange has ended well.</summary>
        internal void Done(IkeSa sa)
        {
            Exchange ended = sa.Current;
            sa.Current = null;
            sa.Request = null;
            sa.SendAt = long.MaxValue;
            sa.SendId++;
            ended.End();
            Next(sa);
        }

        internal void Next(IkeSa sa)
        {
            if (sa.Current == null && sa.State >= IkeState.Established && sa.State < IkeState.Dead)
            {
                // While the peer rekeys the SA nothing new is made in it, and nothing deleted (RFC 7296 1.3.2, 2.25.2).
                sa.Current = sa.Dequeue(Module.Clock.Now, !(sa.Parked is RekeyIkeAnswer));
                if (sa.Current != null)
                {
                    sa.Current.Start();
                }
                else if (sa.Replaces != null && sa.WaitingCount == 0)
                {
                    Retire(sa);
                }
            }
            Rearm(sa);
        }

        // All children have moved: the older SA can go.
        private void Retire(IkeSa sa)
        {
            IkeSa old = sa.Replaces;
            sa.Replaces = null;
            if (Sas.Slots[old.Slot] == old && old.IsEstablished)
            {
                Close(old);
            }
        }

        /// <summary>Both ends have proved themselves.</summary>
        internal void Establish(IkeSa sa)
        {
            long now = Module.Clock.Now;
            if (!sa.MoveTo(IkeState.Established, Module.Log))
            {
                return;
            }
            Sas.Authenticated(sa);
            sa.Keys.DropAuthKeys();
            EndInit(sa);
            sa.InitRequest = null;
            sa.InitResponse = null;
            sa.HalfOpenUntil = long.MaxValue;
            sa.Remote.LastFailure = null;
            _upkeep.StartLifetime(sa, now);
        }

        private static void EndInit(IkeSa sa)
        {
            if (sa.Init != null)
            {
                sa.Init.End();
                sa.Init = null;
            }
        }

        /// <summary>Ends an established SA in order: its children go at once, the peer is told until it answers.</summary>
        internal void Close(IkeSa sa)
        {
            if (!sa.MoveTo(IkeState.Deleting, Module.Log))
            {
                return;
            }
            DropChildren(sa);
            AbandonWaiting(sa);
            sa.Enqueue(new DeleteExchange(this, sa));
            Next(sa);
            if (sa.Heir != null)
            {
                IkeSa heir = sa.Heir;
                sa.Heir = null;
                Close(heir);
            }
        }

        /// <summary>Ends the SA and says why.</summary>
        internal void Fail(IkeSa sa, int fault, string detail)
        {
            if (!sa.Explained)
            {
                Module.Log.Fail(fault, sa.Remote, sa.Path.RemoteText, detail);
            }
            Kill(sa);
        }

        /// <summary>Ends the SA here and now: nothing of it is left.</summary>
        internal void Kill(IkeSa sa)
        {
            if (sa.Heir != null)
            {
                Succession.Bequeath(this, sa);
            }
            if (sa.Old != null && sa.Old.Heir == sa)
            {
                sa.Old.Heir = null;
            }
            if (!sa.MoveTo(IkeState.Dead, Module.Log))
            {
                return;
            }
            CancelJobs(sa.Parked);
            CancelJobs(sa.Opening);
            if (sa.Parked != null)
            {
                sa.Parked.End();
            }
            if (sa.Opening != null)
            {
                sa.Opening.End();
            }
            if (sa.Authenticating != null)
            {
                sa.Authenticating.End();
                sa.Authenticating = null;
            }
            if (sa.Current != null)
            {
                CancelJobs(sa.Current);
                sa.Current.Abandon();
                sa.Current.End();
                sa.Current = null;
            }
            EndInit(sa);
            AbandonWaiting(sa);
            DropChildren(sa);
            if (sa.Assigned != null)
            {
                sa.Assigned.Release();
                sa.Assigned = null;
            }
            if (sa.Keys != null)
            {
                sa.Keys.Dispose();
            }
            Sas.Remove(sa);
        }

        private void CancelJobs(JobOwner owner)
        {
            if (owner != null)
            {
                Module.Jobs.Cancel(owner);
            }
        }

        private static void AbandonWaiting(IkeSa sa)
        {
            for (Exchange waiting = sa.Dequeue(long.MaxValue, true); waiting != null; waiting = sa.Dequeue(long.MaxValue, true))
            {
                waiting.Abandon();
            }
        }

        internal void DropChildren(IkeSa sa)
        {
            while (sa.ChildCount > 0)
            {
                RemoveChild(sa, sa.Children[sa.ChildCount - 1]);
            }
        }

        // ---- time ----

        /// <summary>When what did not work is tried again, with jitter.</summary>
        internal long Soon
        {
            get { return Module.Clock.Now + IkeLimits.RetryMs + Module.Random.UpTo(IkeLimits.RetryJitterMs); }
        }

        /// <summary>The peer has answered TEMPORARY_FAILURE: when to ask again, with jitter, so that two who refuse each other do not meet
        /// again. When it goes on saying so the SA is closed, and the answer is long.MaxValue (RFC 7296 2.25).</summary>
        internal long RetryAt(IkeSa sa)
        {
            long now = Module.Clock.Now;
            sa.TroubledSince = sa.TroubledSince == 0 || now - sa.TroubledAt > IkeLimits.TroubleGapMs ? now : sa.TroubledSince;
            sa.TroubledAt = now;
            if (now - sa.TroubledSince < IkeLimits.TroubleMs)
            {
                return Soon;
            }
            Module.Log.Fail(Fault.PeerRefused, sa.Remote, sa.Path.RemoteText, NotifyType.Name(NotifyType.TemporaryFailure) + " again and again");
            Close(sa);
            return long.MaxValue;
        }

        /// <summary>The peer does not rekey: a fresh IKE SA takes over, its children with it (RFC 7296 2.8, 2.8.3).</summary>
        internal void Reauthenticate(IkeSa sa)
        {
            _upkeep.Reauthenticate(sa);
        }

        internal void Rearm(IkeSa sa)
        {
            _upkeep.Rearm(sa);
        }

        public override void Poll(long now)
        {
            for (int i = 0; i < PollBudget; i++)
            {
                int slot = Sas.Timers.PopDue(now);
                if (slot < 0)
                {
                    return;
                }
                _upkeep.Due(Sas.Slots[slot], now);
            }
        }

        public override long NextDue
        {
            get { return Sas.Timers.NextDue; }
        }

        // ---- views ----

        public override int SaCount
        {
            get { return Sas.Count; }
        }

        public override bool GetSa(int index, IkeSaView view)
        {
            for (int i = 0; i < Sas.Slots.Length; i++)
            {
                if (Sas.Slots[i] != null && index-- == 0)
                {
                    Fill(Sas.Slots[i], view);
                    return true;
                }
            }
            return false;
        }

        private void Fill(IkeSa sa, IkeSaView view)
        {
            view.Version = Version;
            view.RemoteName = sa.Remote.Name;
            view.State = IkeState.Name(sa.State);
            view.Initiator = sa.Initiator;
            view.InitiatorSpi = Digits(sa.InitiatorSpi);
            view.ResponderSpi = Digits(sa.ResponderSpi);
            view.LocalAddress = sa.Path.LocalText;
            view.RemoteAddress = sa.Path.RemoteText;
            view.LocalPort = sa.Path.LocalPort;
            view.RemotePort = sa.Path.RemotePort;
            view.Encryption = sa.Chosen.Encryption;
            view.Integrity = sa.Chosen.Integrity;
            view.Prf = sa.Chosen.Prf;
            view.Group = sa.Chosen.Group;
            view.Age = (int)((Module.Clock.Now - sa.CreatedAt) / 1000);
            view.Life = sa.Remote.LifeSeconds;
            view.LocalNat = sa.LocalNat;
            view.RemoteNat = sa.RemoteNat;
            view.Assigned = sa.Assigned == null ? null : sa.Assigned.ToString();
            view.Children = sa.ChildCount;
            for (int i = 0; i < sa.ChildCount; i++)
            {
                view.Spid[i] = sa.Children[i].Spid;
                view.InboundSpi[i] = sa.Children[i].InboundSpi;
                view.OutboundSpi[i] = sa.Children[i].OutboundSpi;
            }
        }

        private static string Digits(long spi)
        {
            return Hex.Format32((int)(spi >> 32)) + Hex.Format32((int)spi);
        }
    }
}
