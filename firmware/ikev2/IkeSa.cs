using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>One IKE SA. It owns its keys, its exchanges and its children; <see cref="SaTable"/> finds it.</summary>
    internal sealed class IkeSa
    {
        internal int Slot;
        internal RemoteConfig Remote;

        /// <summary>We are the original initiator.</summary>
        internal bool Initiator;

        internal int State = IkeState.New;
        internal long OurSpi, PeerSpi;
        internal readonly IkePath Path = new IkePath();
        internal IkeKeys Keys;
        internal Transforms Chosen = new Transforms();

        /// <summary>A NAT stands before us, before the peer.</summary>
        internal bool LocalNat, RemoteNat;

        /// <summary>What AUTH covers; dropped once it held.</summary>
        internal byte[] InitRequest, InitResponse, InitiatorNonce, ResponderNonce;

        /// <summary>Our request under way: exchange, id, bytes, how often sent, when due again. One at a time (RFC 7296 2.3).</summary>
        internal Exchange Current;
        internal int SendId;
        internal byte[] Request;
        internal int Sendings;
        internal long SendAt = long.MaxValue, StartAt = long.MaxValue;

        internal readonly Exchange[] Waiting = new Exchange[IkeLimits.MaxPending];
        internal int WaitingCount;

        /// <summary>The peer's requests: the id that is next, our answer to the one before, the work on one that needs a job.</summary>
        internal int ReceiveId;
        internal byte[] Response;

        /// <summary>Where the request came from that is answered, when that is not <see cref="Path"/>; else null.</summary>
        internal IkePath AnswerBy;

        /// <summary>Since when it is counted how often an answer was asked for again, milliseconds of the clock: from the SA's address, from
        /// others.</summary>
        internal long ResentAt;
        internal int Resent, ResentElsewhere;

        /// <summary>The peer has moved and not yet answered from there; else null.</summary>
        internal Rebinding Moved;

        /// <summary>Not before then is it asked, milliseconds of the clock.</summary>
        internal long AskAt;

        /// <summary>After a move that was not shown to be true the next one waits: until when, milliseconds of the clock, and for how long,
        /// milliseconds.</summary>
        internal long MoveAt;
        internal int MovePause;
        internal KeyedAnswer Parked;

        /// <summary>Our IKE_SA_INIT until the peer has proved itself: another answer to it may be the true one.</summary>
        internal InitExchange Init;

        /// <summary>Hashes that the peer takes in signatures: bits of SignatureScheme, 0 when it did not say.</summary>
        internal int PeerHashes;

        /// <summary>Both ends have said that messages may come in fragments (RFC 7383 2.3).</summary>
        internal bool Fragmentation;

        /// <summary>A message of the peer's of which fragments are here, or null.</summary>
        internal Reassembly Collected;

        /// <summary>Whom the peer has shown to be.</summary>
        internal IkeIdentity PeerId;

        /// <summary>The virtual address that came with the SA, or null.</summary>
        internal Assigned Assigned;

        /// <summary>The responder's work on IKE_AUTH while jobs run.</summary>
        internal AuthAnswer Authenticating;

        /// <summary>The responder's first steps, until both ends have keys.</summary>
        internal InitAnswer Opening;

        internal readonly ChildSa[] Children = new ChildSa[IkeLimits.MaxChildPlaces];
        internal int ChildCount;

        /// <summary>Milliseconds of the clock.</summary>
        internal long CreatedAt, HalfOpenUntil = long.MaxValue, SoftAt = long.MaxValue, HardAt = long.MaxValue, HeardAt, SentAt;

        /// <summary>Since when the peer answers TEMPORARY_FAILURE, and when it did last, milliseconds of the clock; 0: it does not.</summary>
        internal long TroubledSince, TroubledAt;

        /// <summary>The SA that this one is made to take over from, until that is settled; null: none.</summary>
        internal IkeSa Old;

        /// <summary>The peer has rekeyed this SA while we do: what it made, until that is settled, and the lower nonce of its exchange (RFC 7296
        /// 2.8.2).</summary>
        internal IkeSa Heir;
        internal byte[] PeerNonce;

        /// <summary>It stands in the count of SAs that peers began and that are not authenticated.</summary>
        internal bool Unproved;

        /// <summary>Id of the first request of the peer's that comes under keys: before it came IKE_SA_INIT, or nothing.</summary>
        internal int FirstId;

        /// <summary>The SA that has taken over from this one by the peer's rekeying, while the peer is to delete this one; else null.</summary>
        internal IkeSa Successor;

        /// <summary>The older SA with the same peer that this one takes over from, or null.</summary>
        internal IkeSa Replaces;

        /// <summary>A cause has been told; the end of the negotiation then needs no other.</summary>
        internal bool Explained;

        internal long InitiatorSpi
        {
            get { return Initiator ? OurSpi : PeerSpi; }
        }

        internal long ResponderSpi
        {
            get { return Initiator ? PeerSpi : OurSpi; }
        }

        internal MessageCipher Outgoing
        {
            get { return Initiator ? Keys.FromInitiator : Keys.FromResponder; }
        }

        internal MessageCipher Incoming
        {
            get { return Initiator ? Keys.FromResponder : Keys.FromInitiator; }
        }

        internal bool IsEstablished
        {
            get { return State == IkeState.Established; }
        }

        internal bool HasNat
        {
            get { return LocalNat || RemoteNat; }
        }

        /// <summary>The peer's address and port are those of a NAT before it, which may change them, and none stands before us
        /// (RFC 7296 2.23).</summary>
        internal bool MayMove
        {
            get { return RemoteNat && !LocalNat; }
        }

        /// <summary>Another address than that of a peer that has not proved itself yet, or never does: the one that IKE_SA_INIT came from
        /// is all that it can speak for, and it may move to other ports of it alone (RFC 7619 2.5).</summary>
        internal bool IsElsewhere(IkePath path)
        {
            return (State < IkeState.Established || Remote.Method == AuthMethod.NullAuth) && !Path.SameAddresses(path);
        }

        /// <summary>What the two first exchanges came to holds for the SA that takes over (RFC 7296 2.8).</summary>
        internal void Inherit(IkeSa old)
        {
            Path.CopyFrom(old.Path);
            LocalNat = old.LocalNat;
            RemoteNat = old.RemoteNat;
            PeerId = old.PeerId;
            PeerHashes = old.PeerHashes;
            Fragmentation = old.Fragmentation;
            Moved = old.Moved == null ? null : old.Moved.Anew();
            MoveAt = old.MoveAt;
            MovePause = old.MovePause;
        }

        /// <summary>The one gate of state changes: false, and nothing changed, for a move that does not exist.</summary>
        internal bool MoveTo(int state, IkeLog log)
        {
            bool legal = IkeState.MayFollow(State, state);
            log.Info((legal ? "" : "refused: ") + "SA " + Hex.Format32((int)(OurSpi >> 32)) + Hex.Format32((int)OurSpi) + " with " + Path.RemoteText
                + ": " + IkeState.Name(State) + " -> " + IkeState.Name(state));
            State = legal ? state : State;
            return legal;
        }

        /// <summary>Another child has room; a successor only needs a place.</summary>
        internal bool HasRoom
        {
            get
            {
                int count = 0;
                for (int i = 0; i < ChildCount; i++)
                {
                    count += Children[i].IsCurrent ? 1 : 0;
                }
                return count < IkeLimits.MaxChildSas && HasPlace;
            }
        }

        internal bool HasPlace
        {
            get { return ChildCount < Children.Length; }
        }

        /// <summary>False when there is no place.</summary>
        internal bool AddChild(ChildSa child)
        {
            if (!HasPlace)
            {
                return false;
            }
            Children[ChildCount++] = child;
            return true;
        }

        internal ChildSa FindInbound(int spi)
        {
            for (int i = 0; i < ChildCount; i++)
            {
                if (Children[i].InboundSpi == spi)
                {
                    return Children[i];
                }
            }
            return null;
        }

        /// <summary>By protocol and SPI: one number may be an SPI of AH and one of ESP.</summary>
        internal ChildSa FindOutbound(int protocol, int spi)
        {
            for (int i = 0; i < ChildCount; i++)
            {
                if (Children[i].OutboundSpi == spi && Children[i].Protocol == protocol)
                {
                    return Children[i];
                }
            }
            return null;
        }

        /// <summary>False when it is not there. The others keep their order.</summary>
        internal bool RemoveChild(ChildSa child)
        {
            int place = System.Array.IndexOf(Children, child);
            if (place < 0)
            {
                return false;
            }
            System.Array.Copy(Children, place + 1, Children, place, --ChildCount - place);
            Children[ChildCount] = null;
            return true;
        }

        /// <summary>False when the queue is full.</summary>
        internal bool Enqueue(Exchange exchange)
        {
            if (WaitingCount == Waiting.Length)
            {
                return false;
            }
            Waiting[WaitingCount++] = exchange;
            return true;
        }

        /// <summary>The first that may begin, or null.</summary>
        /// <param name="changing">Children may be made and deleted: no other SA is about to get them.</param>
        internal Exchange Dequeue(long now, bool changing)
        {
            int place = 0;
            while (place < WaitingCount && (Waiting[place].NotBefore > now || (!changing && Waiting[place].ChangesChildren)))
            {
                place++;
            }
            if (place == WaitingCount)
            {
                return null;
            }
            Exchange first = Waiting[place];
            System.Array.Copy(Waiting, place + 1, Waiting, place, --WaitingCount - place);
            Waiting[WaitingCount] = null;
            return first;
        }

        /// <summary>A child that is to stay carries the policy's traffic.</summary>
        internal bool Carries(int spid)
        {
            bool found = false;
            for (int i = 0; i < ChildCount; i++)
            {
                found |= Children[i].Spid == spid && Children[i].IsCurrent;
            }
            return found;
        }

        /// <summary>A negotiation for the policy is under way or waits.</summary>
        internal bool Negotiates(int spid)
        {
            bool found = Current != null && Current.Spid == spid;
            for (int i = 0; i < WaitingCount; i++)
            {
                found |= Waiting[i].Spid == spid;
            }
            return found;
        }
    }
}
