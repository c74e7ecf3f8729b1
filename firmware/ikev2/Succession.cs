using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Which IKE SA takes over from one that was rekeyed, and gets its children (RFC 7296 2.8, 2.8.2). The end that made it deletes
    /// the older one. Where both rekey at once, the one of two with the lowest of the four nonces is redundant, and who made it deletes
    /// it.</summary>
    internal static class Succession
    {
        /// <summary>The peer's exchange is answered. While ours is under way, what it made stands by.</summary>
        /// <param name="lower">The lower nonce of the exchange.</param>
        internal static void Theirs(Ikev2Module ike, IkeSa old, IkeSa theirs, byte[] lower)
        {
            if (old.State == IkeState.Dead)
            {
                ike.Kill(theirs);
                return;
            }
            old.Heir = theirs;
            old.PeerNonce = lower;
            theirs.MoveTo(IkeState.Standby, ike.Module.Log);
            if (!(old.Current is RekeyIkeExchange))
            {
                Take(ike, old);
            }
        }

        /// <summary>The peer's is the one: ours was refused, or there is none.</summary>
        internal static void Take(Ikev2Module ike, IkeSa old)
        {
            IkeSa theirs = old.Heir;
            old.Heir = null;
            Hand(ike, old, theirs);
            Replace(ike, old, theirs);
        }

        /// <summary>Our exchange is done.</summary>
        /// <param name="lower">The lower nonce of the exchange.</param>
        internal static void Ours(Ikev2Module ike, IkeSa old, IkeSa ours, byte[] lower)
        {
            IkeSa theirs = old.Heir;
            old.Heir = null;
            if (theirs != null && Nonces.IsLower(lower, old.PeerNonce))
            {
                Hand(ike, old, theirs);
                Replace(ike, old, theirs);
                ike.Establish(ours);
                ours.Old = null;
                ike.Close(ours);
                return;
            }
            bool closing = !old.IsEstablished;
            Hand(ike, old, ours);
            if (theirs != null)
            {
                Hand(ike, theirs, ours);
                Replace(ike, theirs, ours);
            }
            if (closing)
            {
                ike.Close(ours);
            }
            else
            {
                ike.Close(old);
            }
        }

        /// <summary>A message has come under an SA that stands by. The peer that does something with its children has settled that it takes
        /// over, though the answer to our own exchange has not come yet.</summary>
        internal static void Used(Ikev2Module ike, IkeSa sa, int exchange, PayloadIndex index)
        {
            bool children = exchange == ExchangeType.CreateChildSa;
            for (int i = index.Find(PayloadType.Delete); i != PayloadIndex.None; i = index.Next(i))
            {
                children |= ProtocolId.IsChild(DeletePayload.Protocol(index.Bytes, index.Offset[i]));
            }
            IkeSa old = sa.Old;
            if (children && old != null)
            {
                Hand(ike, old, sa);
                // Until our own exchange has ended.
                sa.Old = old;
            }
        }

        /// <summary>The SA ends while the peer's rekeying of it stands by: that one has the children now.</summary>
        internal static void Bequeath(Ikev2Module ike, IkeSa old)
        {
            IkeSa theirs = old.Heir;
            old.Heir = null;
            Hand(ike, old, theirs);
        }

        // The peer deletes it; when it does not, we do. One at a time waits for that: a peer that rekeys without end has no more of them.
        private static void Replace(Ikev2Module ike, IkeSa sa, IkeSa successor)
        {
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                if (ike.Sas.Slots[i] != null && ike.Sas.Slots[i].Successor == sa)
                {
                    ike.Kill(ike.Sas.Slots[i]);
                }
            }
            sa.MoveTo(IkeState.Replaced, ike.Module.Log);
            sa.Successor = successor;
            if (sa.Old != null && sa.Old.Heir == sa)
            {
                sa.Old.Heir = null;
            }
            sa.Old = null;
            sa.SoftAt = long.MaxValue;
            sa.HardAt = ike.Module.Clock.Now + IkeLimits.ReplacedMs;
            ike.Rearm(sa);
        }

        private static void Hand(Ikev2Module ike, IkeSa from, IkeSa to)
        {
            to.Old = null;
            if (!to.IsEstablished)
            {
                ike.Establish(to);
            }
            for (int i = 0; i < from.ChildCount; i++)
            {
                to.AddChild(from.Children[i]);
                from.Children[i] = null;
            }
            from.ChildCount = 0;
            if (from.Assigned != null)
            {
                to.Assigned = from.Assigned;
                from.Assigned = null;
            }
            for (Exchange waiting = from.Dequeue(long.MaxValue, true); waiting != null; waiting = from.Dequeue(long.MaxValue, true))
            {
                HandOne(waiting, to);
            }
            for (int i = 0; i < ike.Sas.Slots.Length; i++)
            {
                if (ike.Sas.Slots[i] != null && ike.Sas.Slots[i].Replaces == from)
                {
                    ike.Sas.Slots[i].Replaces = to;
                }
            }
            if (from.Replaces != null)
            {
                to.Replaces = from.Replaces;
                from.Replaces = null;
            }
            from.SoftAt = long.MaxValue;
            ike.Next(to);
        }

        // What is about the SA itself ends with it.
        private static void HandOne(Exchange waiting, IkeSa to)
        {
            bool about = waiting is ChildExchange || waiting is DeleteChildExchange;
            waiting.MoveTo(to);
            if (!about || !to.Enqueue(waiting))
            {
                waiting.Abandon();
            }
        }
    }
}
