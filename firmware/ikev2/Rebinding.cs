using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Session;

namespace NfIpsec.Ikev2
{
    /// <summary>The NAT before the peer has given it another address or port (RFC 7296 2.23): the SA and its children go there at once, on
    /// the word of the newest packet that verifies, of IKE or of ESP. But anybody on the way can pass such a packet on under a source of his
    /// choice. So the peer is asked, at the new place and, repetitions in turn, at the last one where it answered: a stranger who
    /// has moved it moves it for seconds, and cannot come between for good.</summary>
    internal sealed class Rebinding
    {
        // Where the peer answered last.
        private readonly IkePath _before;

        private const int AskMs = 1000;

        /// <summary>The request under way was first sent after the last move.</summary>
        internal bool Asked;

        private Rebinding(IkePath before)
        {
            _before = before;
        }

        /// <summary>The same for the SA that takes over, which asks for itself.</summary>
        internal Rebinding Anew()
        {
            return new Rebinding(_before);
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
            IkePath before = sa.Moved != null ? sa.Moved._before : sa.Path.Copy();
            sa.Path.CopyFrom(path);
            sa.Moved = before.Same(path) ? null : new Rebinding(before);
            for (int i = 0; i < sa.ChildCount; i++)
            {
                ike.Module.Ipsec.PeerAt(sa.Children[i].InboundSpi, sa.Path);
            }
            ike.Rearm(sa);
        }

        /// <summary>The peer is to be asked, at most once a second, since every packet may move it.</summary>
        internal static void Ask(Ikev2Module ike, IkeSa sa, long now)
        {
            IkePath before = sa.Moved._before;
            sa.AskAt = now + AskMs;
            ike.Module.Log.Info("remote '" + sa.Remote.Name + "' is seen at " + sa.Path.RemoteText + " port " + sa.Path.RemotePort.ToString()
                + ", no longer at " + before.RemoteText + " port " + before.RemotePort.ToString());
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
