using System;
using System.Linq;
using NfIpsec.Ike.Wire;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>EAP (RFC 7296 2.16) is in no build yet. Who is offered it, or asks for it, gets no SA by it: success that somebody
    /// claims before he has proved himself is no proof (CVE-2021-45079), and lengths that lie are read by nobody.</summary>
    public sealed class EapThreatTests
    {
        private const int Tcp = 6, Auth = 35, Eap = 48, Success = 3, Request = 1, Failure = 4;

        public static TheoryData<string, byte[]> Payloads() => new()
        {
            { "success", new byte[] { Success, 1, 0, 4 } },
            { "request for an identity", new byte[] { Request, 1, 0, 5, 1 } },
            { "failure", new byte[] { Failure, 1, 0, 4 } },
            { "length below the head", new byte[] { Success, 1, 0, 3 } },
            { "length 0", new byte[] { Request, 1, 0, 0, 1 } },
            { "length past the end", new byte[] { Request, 1, 0xff, 0xff, 1 } },
            { "cut in the head", new byte[] { Success, 1 } },
            { "nothing", Array.Empty<byte>() },
        };

        [Theory]
        [MemberData(nameof(Payloads))]
        public void T27_AnAnswerWithEapInPlaceOfAProofIsNone(string what, byte[] eap) =>
            AssertNoSa(what, true, payloads => payloads.Select(p => p.Type == PayloadType.Authentication ? (Eap, eap) : p).ToArray());

        [Theory]
        [MemberData(nameof(Payloads))]
        public void T27_ARequestWithEapInPlaceOfAProofIsRefused(string what, byte[] eap) =>
            AssertNoSa(what, false, payloads => payloads.Select(p => p.Type == PayloadType.Authentication ? (Eap, eap) : p).ToArray());

        // RFC 7296 2.16: an initiator without AUTH asks for EAP.
        [Fact]
        public void T27_ARequestWithoutAProofIsRefused() =>
            AssertNoSa("without", false, payloads => payloads.Where(p => p.Type != PayloadType.Authentication).ToArray());

        // Beside a proof that is none, success does not help either.
        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public void T27_SuccessBesideAWrongProofIsRefused(bool response) =>
            AssertNoSa("beside", response, payloads => payloads.Select(p => p.Type == PayloadType.Authentication ? (p.Type, Broken(p.Body)) : p)
                .Append((Eap, new byte[] { Success, 1, 0, 4 })).ToArray());

        private static byte[] Broken(byte[] auth)
        {
            var broken = (byte[])auth.Clone();
            broken[^1] ^= 1;
            return broken;
        }

        private static void AssertNoSa(string what, bool response, Func<(int Type, byte[] Body)[], (int, byte[])[]> change)
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup());
            world.Nat = s => s.Exchange == Auth && s.IsResponse == response ? Forger.Rewritten(s, world.A, change) : s;
            world.A.Traffic(child, world.B.Address, Tcp);
            world.Settle();
            Assert.True(world.Trace.Any(s => s.Exchange == Auth && s.IsResponse), what);
            Assert.Empty(world.A.Sessions());
            if (!response)
                Assert.Empty(world.B.Sessions());
            Assert.True(world.A.Sas().Length + (response ? 0 : world.B.Sas().Length) == 0, Ladder.Log(world));
        }
    }
}
