using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>RFC 7296 2.25 as a table: both ends begin something at one moment, and each answers what it gets by what it is doing.</summary>
    public sealed class CrossedAnswerTests
    {
        private const int Icmp = 1;

        // What A, what B begins; what A, what B answers: a notify's number, D for a Delete payload, S for an SA, nothing.
        [Theory]
        [InlineData("rekeys child", "rekeys child", "S", "S")]
        [InlineData("rekeys child", "deletes child", "D", "43")]
        [InlineData("deletes child", "deletes child", "", "")]
        [InlineData("deletes child", "rekeys child", "43", "D")]
        [InlineData("rekeys IKE SA", "rekeys child", "43", "43")]
        [InlineData("rekeys IKE SA", "makes child", "43", "43")]
        [InlineData("rekeys IKE SA", "deletes child", "D", "43")]
        [InlineData("rekeys IKE SA", "rekeys IKE SA", "S", "S")]
        [InlineData("rekeys IKE SA", "closes IKE SA", "", "43")]
        [InlineData("closes IKE SA", "rekeys child", "43", "")]
        [InlineData("closes IKE SA", "makes child", "35", "")]
        [InlineData("closes IKE SA", "deletes child", "", "")]
        [InlineData("closes IKE SA", "closes IKE SA", "", "")]
        public void EachAnswersByWhatItIsDoing(string a, string b, string answerOfA, string answerOfB)
        {
            using var world = RekeyTests.Up(new Setup { Dpd = 0 });
            var icmp = new[] { world.A.Policy("policy2", world.B.Address, Icmp, new Setup()), world.B.Policy("policy2", world.A.Address, Icmp, new Setup()) };
            var answers = new Dictionary<Peer, string>();
            // Whatever jobs come first, both requests are under way; the next sending of both passes.
            world.Copies = s => 0;
            Begin(world.A, world.B, a, icmp[0]);
            Begin(world.B, world.A, b, icmp[1]);
            world.Settle();
            world.Copies = s =>
            {
                if (s.IsResponse && !answers.ContainsKey(s.From))
                    answers[s.From] = Kind(Forger.Open(s, s.From));
                return 1;
            };
            world.Run(1000);
            Assert.Equal(answerOfA + " and " + answerOfB, answers[world.A] + " and " + answers[world.B]);
        }

        private static void Begin(Peer peer, Peer other, string what, ChildConfig icmp)
        {
            switch (what)
            {
                case "rekeys child": Aging.Child(peer); break;
                case "makes child": peer.Traffic(icmp, other.Address, Icmp); break;
                case "deletes child": Assert.Equal(0, peer.Ipsec.Admin.IPSecAdminFlushSAD()); break;
                case "rekeys IKE SA": Aging.Ike(peer); break;
                default: Assert.Equal(0, peer.Ike.Admin.ikev2_shutdown()); break;
            }
        }

        private static string Kind((int Type, byte[] Body)[] payloads)
        {
            if (payloads.Any(p => p.Type == PayloadType.SecurityAssociation))
                return "S";
            var notify = payloads.FirstOrDefault(p => p.Type == PayloadType.Notify).Body;
            return notify != null ? BigEndian.Read16(notify, 2).ToString() : payloads.Any(p => p.Type == PayloadType.Delete) ? "D" : "";
        }
    }
}
