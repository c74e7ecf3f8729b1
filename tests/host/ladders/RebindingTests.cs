using System.Linq;
using NfIpsec.Base.Address;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>The NAT before A changes A's port or address while all is up (RFC 7296 2.23). Threat 36: who may move a peer, and for how
    /// long.</summary>
    public sealed class RebindingTests
    {
        private const int Tcp = 6, Informational = 37, Second = 1000;
        private const string Outside = "10.0.0.99", Elsewhere = "10.0.0.55";

        // The NAT that A is behind: what it makes of A's address and ports, and whether it still knows a mapping from outside.
        private sealed class Nat
        {
            public string Address = Outside;
            public int Shift = 10000;

            public Sent Change(World world, Sent sent)
            {
                var info = (int[])sent.Info.Clone();
                if (sent.From == world.A)
                {
                    IpAddress.Copy(IpAddress.Parse(Address).Words, 0, info, PacketInfo.Source);
                    info[PacketInfo.SourcePort] += Shift;
                    return sent with { Info = info };
                }
                bool known = IpAddress.Same(info, PacketInfo.Destination, IpAddress.Parse(Address).Words, 0) && info[PacketInfo.DestinationPort] > Shift;
                IpAddress.Copy(IpAddress.Parse(world.A.Address).Words, 0, info, PacketInfo.Destination);
                info[PacketInfo.DestinationPort] -= Shift;
                return known ? sent with { Info = info } : null;
            }
        }

        private readonly Nat _nat = new();

        private World Up(bool tunnel = true, int flags = 0)
        {
            var world = new World();
            world.Nat = s => _nat.Change(world, s);
            var setup = new Setup { Tunnel = tunnel, Flags = flags };
            world.A.Remote(world.B.Address, setup);
            world.B.Remote(Outside, setup with { TheirId = "ipv4:" + world.A.Address });
            var child = world.A.Policy("policy1", world.B.Address, Tcp, setup);
            world.B.Policy("policy1", Outside, Tcp, setup with { Destination = tunnel ? world.A.Address : "10.0.0.0/24" });
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            return world;
        }

        // Where B sends IKE, and where the ESP of every SA.
        private static void AssertAt(World world, string address, int port)
        {
            Assert.Equal((address, port), (world.B.Sas()[0].RemoteAddress, world.B.Sas()[0].RemotePort));
            Assert.All(world.B.Packets.Live, c => Assert.Equal(port, c[TransformConfig.EncapRemote]));
            Assert.All(world.B.Packets.Live.Where(c => (c[TransformConfig.Flags] & TransformConfig.Tunnel) != 0),
                c => Assert.True(IpAddress.Same(c, TransformConfig.Remote, IpAddress.Parse(address).Words, 0)));
        }

        private static int Spi(World world) => world.B.Sessions()[0].InboundSpi;

        [Theory]
        [InlineData(Outside, 20000, true)]
        [InlineData(Elsewhere, 10000, true)]
        [InlineData(Elsewhere, 20000, true)]
        [InlineData(Outside, 20000, false)]
        public void AFreshEspPacketMovesIkeAndAllItsChildren(string address, int shift, bool tunnel)
        {
            using var world = Up(tunnel);
            var more = new Setup { Tunnel = tunnel };
            var child = world.A.Policy("policy2", world.B.Address, 17, more);
            world.B.Policy("policy2", Outside, 17, more with { Destination = tunnel ? world.A.Address : "10.0.0.0/24" });
            world.A.Traffic(child, world.B.Address, 17);
            world.Settle();
            Assert.Equal(4, world.B.Packets.Live.Count());
            AssertAt(world, Outside, 14500);
            world.B.Packets.EspFrom(Spi(world), 1, Outside, 14500);
            world.Settle();

            (_nat.Address, _nat.Shift) = (address, shift);
            int before = world.Trace.Count;
            world.B.Packets.EspFrom(Spi(world), 2, address, 4500 + shift);
            world.Settle();
            AssertAt(world, address, 4500 + shift);
            // B asks there at once, and A answers.
            Assert.Equal(2, world.Trace.Skip(before).Count(s => s.Exchange == Informational));
            world.Run(10 * Second);
            AssertAt(world, address, 4500 + shift);
            Assert.Equal(before + 2, world.Trace.Count);

            // A child that comes later starts there.
            var third = world.A.Policy("policy3", world.B.Address, 1, more);
            world.B.Policy("policy3", Outside, 1, more with { Destination = tunnel ? world.A.Address : "10.0.0.0/24" });
            world.A.Traffic(third, world.B.Address, 1, 256 + 8, 256);
            world.Settle();
            Assert.Equal(6, world.B.Packets.Live.Count());
            AssertAt(world, address, 4500 + shift);
        }

        [Fact]
        public void AFreshIkeMessageMovesTheChildrenToo()
        {
            using var world = Up();
            _nat.Shift = 20000;
            Assert.Equal(0, world.A.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Settle();
            Assert.Empty(world.B.Sessions());
            Assert.Equal(24500, world.B.Sas()[0].RemotePort);
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Settle();
            AssertAt(world, Outside, 24500);
            Assert.Equal(2, world.B.Packets.Live.Count());
        }

        // What is not new, does not verify or does not belong moves nothing.
        [Theory]
        [InlineData("replayed")]
        [InlineData("held back on its way")]
        [InlineData("forged")]
        [InlineData("from a group")]
        [InlineData("from a broadcast address")]
        [InlineData("from our own address")]
        [InlineData("from port 0")]
        [InlineData("outside of the selectors")]
        public void Threat36NoOtherPacketMovesThePeer(string what)
        {
            using var world = Up();
            world.B.Packets.EspFrom(Spi(world), 5, Outside, 14500);
            world.Settle();
            int before = world.Trace.Count;
            switch (what)
            {
                case "replayed": world.B.Packets.EspFrom(Spi(world), 5, Elsewhere, 6666); break;
                case "held back on its way": world.B.Packets.EspFrom(Spi(world), 4, Elsewhere, 6666); break;
                case "forged": world.B.Packets.EspFrom(Spi(world), 6, Elsewhere, 6666, true); break;
                case "from a group": world.B.Packets.EspFrom(Spi(world), 6, "224.0.0.9", 6666); break;
                case "from a broadcast address": world.B.Packets.EspFrom(Spi(world), 6, "10.0.0.255", 6666); break;
                case "from our own address": world.B.Packets.EspFrom(Spi(world), 6, world.B.Address, 6666); break;
                case "from port 0": world.B.Packets.EspFrom(Spi(world), 6, Elsewhere, 0); break;
                default:
                    world.B.Packets.InnerSource = "10.0.0.66";
                    world.B.Packets.EspFrom(Spi(world), 6, Elsewhere, 6666);
                    break;
            }
            world.Settle();
            AssertAt(world, Outside, 14500);
            Assert.Equal(before, world.Trace.Count);

            // And the next one that has really moved does.
            world.B.Packets.InnerSource = world.A.Address;
            _nat.Shift = 20000;
            world.B.Packets.EspFrom(Spi(world), 7, Outside, 24500);
            world.Settle();
            AssertAt(world, Outside, 24500);
        }

        // Transport mode is between two addresses: a packet from another one is outside of the SA.
        [Fact]
        public void Threat36InTransportModeNoPacketMovesTheAddress()
        {
            using var world = Up(tunnel: false);
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 14500);
            world.B.Packets.EspFrom(Spi(world), 2, Elsewhere, 6666);
            world.Settle();
            AssertAt(world, Outside, 14500);
        }

        // RFC 7296 2.23: a host behind a NAT does not do this, or one packet could send all of its own elsewhere.
        [Fact]
        public void Threat36BehindANatOurselvesNobodyMoves()
        {
            using var world = Up();
            int spi = world.A.Sessions()[0].InboundSpi;
            world.A.Packets.InnerSource = world.B.Address;
            world.A.Packets.EspFrom(spi, 1, Elsewhere, 6666);
            world.Settle();
            Assert.Equal((world.B.Address, 4500), (world.A.Sas()[0].RemoteAddress, world.A.Sas()[0].RemotePort));
            Assert.All(world.A.Packets.Live, c => Assert.Equal(4500, c[TransformConfig.EncapRemote]));
            // Nor by IKE: the request is answered where it came from, and that is all.
            world.Nat = s => s.From == world.B ? TakeoverTests.From(_nat.Change(world, s), Elsewhere) : _nat.Change(world, s);
            Assert.Equal(0, world.B.Ipsec.Admin.IPSecAdminFlushSAD());
            world.Settle();
            Assert.Equal(world.B.Address, world.A.Sas()[0].RemoteAddress);
            var answer = world.Trace.Last(s => s.From == world.A && s.IsResponse);
            Assert.Equal(Elsewhere, IpAddress.Format(answer.Info, PacketInfo.Destination));
        }

        [Theory]
        [InlineData(AuthMethod.NatOn)]
        [InlineData(AuthMethod.NatOff)]
        public void Threat36WithoutANatNobodyMoves(int nat)
        {
            using var world = new World();
            var setup = new Setup { Tunnel = true, Nat = nat, Encap = ChildConfig.EncapForce };
            var child = Ladder.Configure(world, setup);
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 6666);
            world.Settle();
            Assert.Equal(world.A.Address, world.B.Sas()[0].RemoteAddress);
            Assert.All(world.B.Packets.Live, c => Assert.Equal(4500, c[TransformConfig.EncapRemote]));
        }

        // Somebody on the way passes A's newest packet on from a source of his own, ahead of everything else of A's, and leaves. A says
        // nothing more by itself: B finds it again where it answered last, and its SAs live on.
        [Theory]
        [InlineData(Outside, 6666)]
        [InlineData(Elsewhere, 6666)]
        [InlineData(Elsewhere, 14500)]
        public void Threat36WhoPassesAPacketOnUnderASourceOfHisOwnMovesThePeerForSeconds(string address, int port)
        {
            using var world = Up();
            world.B.Packets.EspFrom(Spi(world), 1, address, port);
            world.Settle();
            AssertAt(world, address, port);
            world.Run(2 * Second);
            AssertAt(world, Outside, 14500);
            Ladder.AssertUp(world);
            world.Run(3600 * Second / 2);
            Ladder.AssertUp(world);
        }

        [Fact]
        public void Threat36TheNextPacketOfThePeerItselfBringsItBackAtOnce()
        {
            using var world = Up();
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 6666);
            world.B.Packets.EspFrom(Spi(world), 2, "10.0.0.44", 7777);
            world.Settle();
            world.B.Packets.EspFrom(Spi(world), 3, Outside, 14500);
            world.Settle();
            AssertAt(world, Outside, 14500);
            int before = world.Trace.Count;
            world.Run(10 * Second);
            AssertAt(world, Outside, 14500);
            Assert.InRange(world.Trace.Count - before, 0, 2);
        }

        // He changes the source of A's answers too, as long as he stands there: what B asks at his place nobody answers, so he is never
        // taken for the peer, and A is back where it was after seconds.
        [Fact]
        public void Threat36AnAnswerUnderAFalseSourceDoesNotMakeItTrue()
        {
            using var world = Up();
            world.Nat = s => s.From == world.A ? TakeoverTests.From(_nat.Change(world, s), Elsewhere) : _nat.Change(world, s);
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 14500);
            world.Settle();
            AssertAt(world, Elsewhere, 14500);
            world.Run(4 * Second);
            AssertAt(world, Outside, 14500);
            world.Nat = s => _nat.Change(world, s);
            world.Run(5 * Second);
            AssertAt(world, Outside, 14500);
            Ladder.AssertUp(world);
        }

        // A itself names an address that is somebody else's, and does what it can to stay there: it answers under that source, or not at
        // all, or comes back for one packet before each time is up. Of an hour, B's traffic goes there for minutes.
        [Theory]
        [InlineData(true, 0, 60)]
        [InlineData(false, 0, 180)]
        [InlineData(false, 9, 180)]
        [InlineData(true, 2, 60)]
        public void Threat36APeerAimsOurTrafficAtSomebodyElseForSecondsAtATime(bool answers, int back, int most)
        {
            using var world = Up();
            int mute = 0;
            world.Nat = s => s.From != world.A ? _nat.Change(world, s)
                : answers || mute++ % 4 == 3 ? TakeoverTests.From(_nat.Change(world, s), Elsewhere) : null;
            int there = 0, sequence = 0, longest = 0, row = 0;
            for (int second = 0; second < 3600 && world.B.Sas().Length > 0; second++)
            {
                bool home = back > 0 && row == back;
                world.B.Packets.EspFrom(Spi(world), ++sequence, home ? Outside : Elsewhere, 14500);
                world.Run(Second);
                bool away = world.B.Packets.Live.Any(c => IpAddress.Same(c, TransformConfig.Remote, IpAddress.Parse(Elsewhere).Words, 0));
                row = away ? row + 1 : 0;
                there += away ? 1 : 0;
                longest = System.Math.Max(longest, row);
            }
            Assert.InRange(there, 1, most);
            Assert.InRange(longest, 1, 11);
        }

        // And where it is true that A has moved, after all this, it is followed once the pause is over.
        [Fact]
        public void AMoveThatIsTrueIsFollowedAfterOnesThatWereNot()
        {
            using var world = Up();
            for (int packet = 1; packet <= 3; packet++)
            {
                world.B.Packets.EspFrom(Spi(world), packet, packet == 2 ? Outside : Elsewhere, packet == 2 ? 14500 : 6666);
                world.Settle();
            }
            AssertAt(world, Outside, 14500);
            _nat.Shift = 20000;
            world.Run(2 * Second);
            world.B.Packets.EspFrom(Spi(world), 4, Outside, 24500);
            world.Run(60 * Second);
            AssertAt(world, Outside, 24500);
            Ladder.AssertUp(world);
        }

        // Whatever moves with every answer is asked once a second.
        [Fact]
        public void Threat36QuestionsDoNotFollowMovesFasterThanOneASecond()
        {
            using var world = Up();
            int answers = 0;
            world.Nat = s => s.From == world.A ? TakeoverTests.From(_nat.Change(world, s), answers++ % 2 == 0 ? "10.0.0.44" : Elsewhere)
                : Back(world, s);
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 14500);
            world.Run(10 * Second);
            int asked = world.Trace.Count(s => s.From == world.B && s.Exchange == Informational && !s.IsResponse);
            Assert.InRange(asked, 2, 12);
        }

        // To A, wherever B believes it to be.
        private static Sent Back(World world, Sent sent)
        {
            var info = (int[])sent.Info.Clone();
            IpAddress.Copy(IpAddress.Parse(world.A.Address).Words, 0, info, PacketInfo.Destination);
            info[PacketInfo.DestinationPort] = 4500;
            return sent with { Info = info };
        }

        // A request of A's that B still works on comes again from elsewhere: an old message moves nothing.
        [Fact]
        public void Threat36ARequestThatIsBeingWorkedOnMovesNothingWhenItComesAgain()
        {
            using var world = Up();
            var pfs = new Setup { Tunnel = true, Pfs = "CURVE25519" };
            var child = world.A.Policy("policy2", world.B.Address, 17, pfs);
            world.B.Policy("policy2", Outside, 17, pfs with { Destination = world.A.Address });
            Sent request = null;
            world.Copies = s =>
            {
                request = s.From == world.A && s.Exchange == 36 ? s : request;
                return 1;
            };
            world.B.Jobs.Late = 1000;
            world.A.Traffic(child, world.B.Address, 17);
            while (request == null)
                world.A.Work();
            world.B.Receive(_nat.Change(world, request));
            world.B.Receive(TakeoverTests.From(_nat.Change(world, request), Elsewhere));
            Assert.Equal(Outside, world.B.Sas()[0].RemoteAddress);
        }

        // A child of transport mode cannot follow to another address: once the peer has answered there, it goes, and the next traffic
        // gets one for the new address.
        [Fact]
        public void AMoveToAnotherAddressEndsChildrenOfTransportMode()
        {
            using var world = Up(tunnel: false);
            (_nat.Address, _nat.Shift) = (Elsewhere, 20000);
            world.A.Ikev2.Acquire(world.A.Ike.Admin.FindChild(world.A.Sessions()[0].Spid), world.A.Ike.Admin.Find("remoteINFO", 2));
            world.Run(3 * Second);
            Assert.Equal((Elsewhere, 24500), (world.B.Sas()[0].RemoteAddress, world.B.Sas()[0].RemotePort));
            Assert.Empty(world.B.Sessions());
            Assert.Empty(world.A.Sessions());
            world.A.Traffic(null, world.B.Address, Tcp);
            world.Settle();
            Ladder.AssertUp(world);
            world.B.Packets.EspFrom(Spi(world), 1, Elsewhere, 24500);
            world.Settle();
            Assert.Equal(0, world.B.Sessions()[0].Refused);
        }
    }
}
