using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>The NAT before the peer has given it another address or port (RFC 7296 2.23): the SA and its children go there at once, on
    /// the word of the newest packet that verifies, of IKE or of ESP. But anybody on the way can pass such a packet on under a source of his
    /// choice, and a peer can name an address that is not its own. So the peer is asked, at the new place and, repetitions in turn, at the last
    /// one where it answered. What no answer shows within a few questions and seconds is undone, and the next move has to wait, each time
    /// longer: who has moved it moves it for seconds, and neither comes between for good nor aims our traffic at somebody else.</summary>
    internal sealed class Rebinding
    {
        // Where the peer answered last.
        private readonly IkePath _before;

        private const int AskMs = 1000;

        private int _questions;

        /// <summary>The request under way was first sent after the last move.</summary>
        internal bool Asked;

        /// <summary>When it is undone, milliseconds of the clock.</summary>
        internal readonly long Until;

        private Rebinding(IkePath before, long until, int questions)
        {
            _before = before;
            Until = until;
            _questions = questions;
        }

        /// <summary>The same for the SA that takes over, or at a third place, where it has to be asked for; the time goes on.</summary>
        internal Rebinding Anew()
        {
            return new Rebinding(_before, Until, _questions);
        }

        /// <summary>Moves the SA, if it may, to where a fresh message or packet came from.</summary>
        internal static void Move(Ikev2Module ike, IkeSa sa, IkePath path)
        {
            if (!sa.MayMove || sa.Path.Same(path) || !IsPlace(ike, sa, path) || sa.IsElsewhere(path))
            {
                return;
            }
            if (sa.State < IkeState.Established)
            {
                sa.Path.CopyFrom(path);
                return;
            }
            long now = ike.Module.Clock.Now;
            if (sa.Moved != null && sa.Moved._before.Same(path))
            {
                Return(ike, sa);
            }
            else if (sa.Moved != null || now >= sa.MoveAt)
            {
                sa.Moved = sa.Moved != null ? sa.Moved.Anew() : new Rebinding(sa.Path.Copy(), now + IkeLimits.UnshownMs, 0);
                Place(ike, sa, path);
            }
        }

        private static void Place(Ikev2Module ike, IkeSa sa, IkePath path)
        {
            sa.Path.CopyFrom(path);
            for (int i = 0; i < sa.ChildCount; i++)
            {
                ike.Module.Ipsec.PeerAt(sa.Children[i].InboundSpi, sa.Path);
            }
            ike.Rearm(sa);
        }

        /// <summary>Back to where the peer answered last. The next move waits, twice as long as this one did, until there has been none for a
        /// long time.</summary>
        internal static void Return(Ikev2Module ike, IkeSa sa)
        {
            long now = ike.Module.Clock.Now;
            bool again = sa.MovePause > 0 && now < sa.MoveAt + IkeLimits.MaxMovePauseMs;
            sa.MovePause = !again ? IkeLimits.MovePauseMs : sa.MovePause < IkeLimits.MaxMovePauseMs / 2 ? 2 * sa.MovePause : IkeLimits.MaxMovePauseMs;
            sa.MoveAt = now + sa.MovePause;
            IkePath before = sa.Moved._before;
            sa.Moved = null;
            Place(ike, sa, before);
        }

        /// <summary>The peer is to be asked, at most once a second, since every packet may move it; false when it was asked often enough, and
        /// is back where it was.</summary>
        internal static bool Ask(Ikev2Module ike, IkeSa sa, long now)
        {
            if (sa.Moved._questions == IkeLimits.MaxQuestions)
            {
                Return(ike, sa);
                return false;
            }
            IkePath before = sa.Moved._before;
            sa.Moved._questions++;
            sa.AskAt = now + AskMs;
            ike.Module.Log.Info("remote '" + sa.Remote.Name + "' is seen at " + sa.Path.RemoteText + " port " + sa.Path.RemotePort.ToString()
                + ", no longer at " + before.RemoteText + " port " + before.RemotePort.ToString());
            return true;
        }

        // On the ports of NAT traversal, at the address of ours that it has, from a host's address.
        private static bool IsPlace(Ikev2Module ike, IkeSa sa, IkePath path)
        {
            return path.LocalPort == IkePath.NatPort && path.RemotePort != 0
                && IpAddress.Same(sa.Path.Words, PacketInfo.Source, path.Words, PacketInfo.Source)
                && IpAddress.VersionOf(sa.Path.Words, PacketInfo.Destination) == IpAddress.VersionOf(path.Words, PacketInfo.Destination)
                && ike.Module.IsHost(path);
        }

        /// <summary>ESP has seen the peer elsewhere; the answer says where it is held to be.</summary>
        internal static void Seen(Ikev2Module ike, IkeSa sa, int inboundSpi, int[] address, int port)
        {
            IkePath path = sa.Path.Copy();
            IpAddress.Copy(address, 0, path.Words, PacketInfo.Destination);
            path.RemotePort = port;
            if (sa.IsEstablished)
            {
                Move(ike, sa, path);
            }
            ike.Module.Ipsec.PeerAt(inboundSpi, sa.Path);
        }

        /// <summary>The way of the request's next sending, after so many.</summary>
        internal static IkePath Way(IkeSa sa, int sendings)
        {
            return sa.Moved != null && (sendings & 1) != 0 ? sa.Moved._before : sa.Path;
        }

        /// <summary>The answer that has come by <paramref name="path"/> shows that the peer gets what we send to where it was moved: the
        /// request went nowhere else.</summary>
        internal static bool IsShown(IkeSa sa, IkePath path)
        {
            return sa.Moved != null && sa.Moved.Asked && sa.Sendings == 1 && sa.Path.Same(path);
        }

        /// <summary>The peer is there to stay. A child of transport mode is between two addresses: where one has changed it is of no more
        /// use, and goes, so that traffic asks for another.</summary>
        internal static void Settle(Ikev2Module ike, IkeSa sa)
        {
            bool elsewhere = !sa.Path.SameAddresses(sa.Moved._before);
            sa.Moved = null;
            PolicySelectors policy = new PolicySelectors();
            for (int i = sa.ChildCount - 1; elsewhere && i >= 0; i--)
            {
                ChildSa child = sa.Children[i];
                if (ike.Module.Ipsec.GetPolicy(child.Spid, policy) && !policy.IsTunnel)
                {
                    ike.CloseChild(sa, child);
                }
            }
        }
    }
}
