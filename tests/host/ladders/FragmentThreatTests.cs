using System;
using System.Collections.Generic;
using System.Linq;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Session;
using NfIpsec.Native;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>THREATS 14: fragments of a message (RFC 7383) that nobody sealed, that contradict each other, that are too many or never
    /// all there. The message is an INFORMATIONAL whose answer shows that it was read; its sender holds the keys of the SA.</summary>
    public sealed class FragmentThreatTests
    {
        private const int Informational = 37, Notify = 41, Id = 2;

        // A notify of a status nobody knows, and content of it in so many pieces.
        private static byte[] Content(int length = 600) => Forger.Chain((Notify, new byte[] { 0, 0, 200, 1 }.Concat(new byte[length]).ToArray())).Bytes;

        private static Sent Like(World world) => world.Trace.First(s => s.From == world.A && s.Exchange == 35);

        private static Sent Part(World world, int number, int total, byte[] content = null, int? next = null, int id = Id, int exchange = Informational)
        {
            content ??= Content();
            int size = (content.Length + total - 1) / Math.Max(total, 1);
            int from = Math.Min(content.Length, Math.Max(0, number - 1) * size);
            return Forger.Fragment(Like(world), world.A, exchange, id, number, total, next ?? (number == 1 ? Notify : 0), content[from..Math.Min(content.Length, from + size)]);
        }

        private static int Answers(World world) => world.Trace.Count(s => s.From == world.B && s.IsResponse && s.Exchange == Informational);

        private static void Send(World world, params Sent[] fragments)
        {
            foreach (var fragment in fragments)
                world.B.Receive(fragment);
            world.Settle();
        }

        // Each string: fragments as number/total, in the order in which they come; whether the message then was read.
        [Theory]
        [InlineData("1/3 2/3 3/3", true)]
        [InlineData("3/3 1/3 2/3", true)]
        [InlineData("1/1", true)]
        [InlineData("1/3 1/3 2/3 2/3 3/3 3/3", true)]
        [InlineData("1/3 2/3", false)]
        [InlineData("1/3 1/3 1/3", false)]
        [InlineData("2/3 3/3", false)]
        [InlineData("0/3 1/3 2/3 4/3", false)]
        [InlineData("0/0", false)]
        [InlineData("1/0", false)]
        [InlineData("1/3 2/3 3/4", false)]
        [InlineData("1/2 1/3 2/3 2/2", false)]
        [InlineData("1/2 1/3 2/3 2/2 3/3", true)]
        [InlineData("1/3 2/3 1/2 2/2", false)]
        [InlineData("1/3 2/3 1/2 2/2 3/3", true)]
        public void T14_OnlyAllFragmentsOfOneCutAreAMessage(string order, bool read)
        {
            using var world = ThreatTests.Up();
            int handles = CryptoNative.HandleCount();
            foreach (string one in order.Split(' '))
            {
                int[] numbers = one.Split('/').Select(int.Parse).ToArray();
                Send(world, Part(world, numbers[0], numbers[1]));
            }
            Assert.Equal(read ? 1 : 0, Answers(world));
            Assert.Equal(0, world.B.Packets.Held);
            Assert.Equal(handles, CryptoNative.HandleCount());
            Ladder.AssertUp(world);
            Assert.True(Forger.Reassemblies(world.B) <= 1);
        }

        [Fact]
        public void T14_AFragmentThatDoesNotVerifyIsHeldNowhere()
        {
            using var world = ThreatTests.Up();
            var random = new Random(14);
            for (int i = 0; i < 500; i++)
            {
                var part = Part(world, 1 + i % 3, 3);
                var payload = (byte[])part.Payload.Clone();
                int at = i % 2 == 0 ? 36 + random.Next(payload.Length - 36) : 32 + random.Next(4);
                payload[at] ^= (byte)random.Next(1, 256);
                Send(world, part with { Payload = payload });
            }
            Assert.Equal(0, Forger.Reassemblies(world.B));
            Assert.Equal(500, world.B.Ike.Admin.FaultCount(Fault.NotVerified) + world.B.Ike.Admin.FaultCount(Fault.BadSyntax));
            Send(world, Part(world, 1, 3), Part(world, 2, 3), Part(world, 3, 3));
            Assert.Equal(1, Answers(world));
        }

        // The first payload is what fragment 1 says; the others say nothing (2.5).
        [Fact]
        public void T14_AFirstPayloadNamedInALaterFragmentCountsNot()
        {
            using var world = ThreatTests.Up();
            Send(world, Part(world, 2, 3, null, 42), Part(world, 1, 3), Part(world, 3, 3, null, 33));
            Assert.Equal(1, Answers(world));
            Ladder.AssertUp(world);
        }

        // A total that grows is another cut of the same message, and no reason to wait longer for it.
        [Fact]
        public void T14_AGrowingTotalKeepsNoPlaceForEver()
        {
            using var world = ThreatTests.Up();
            for (int total = 2; total <= IkeLimits.MaxFragments; total++)
            {
                Send(world, Part(world, 1, total));
                world.Run(2000);
            }
            Assert.Equal(1, Forger.Reassemblies(world.B));
            world.Run(IkeLimits.ReassemblyMs - 2000 * (IkeLimits.MaxFragments - 1));
            Assert.Equal(0, Forger.Reassemblies(world.B));
        }

        [Fact]
        public void T14_TheMessageInOnePieceTakesThePlaceOfItsFragments()
        {
            using var world = ThreatTests.Up();
            Send(world, Part(world, 1, 3), Part(world, 2, 3));
            Send(world, Forger.Seal(Like(world), world.A, true, Informational, false, Id, (Notify, new byte[] { 0, 0, 200, 1 })));
            Assert.Equal(1, Answers(world));
            Assert.Equal(0, Forger.Reassemblies(world.B));
            Send(world, Part(world, 3, 3), Part(world, 2, 3));
            Assert.Equal(1, Answers(world));
            Assert.Equal(0, Forger.Reassemblies(world.B));
        }

        // Fragments have their header from one message: another exchange, or another id, is another message.
        [Theory]
        [InlineData(36, Id)]
        [InlineData(Informational, Id + 1)]
        [InlineData(Informational, Id - 2)]
        public void T14_FragmentsOfAnotherMessageDoNotComplete(int exchange, int id)
        {
            using var world = ThreatTests.Up();
            Send(world, Part(world, 1, 2), Part(world, 2, 2, null, null, id, exchange));
            Assert.Equal(0, Answers(world));
            Send(world, Part(world, 2, 2));
            Assert.Equal(1, Answers(world));
        }

        // 5: an attack or a broken sender: the connection is dropped, and the sender told.
        [Theory]
        [InlineData("too many")]
        [InlineData("too long")]
        public void T14_MoreThanOneMessageMayHoldEndsTheSa(string what)
        {
            using var world = ThreatTests.Up();
            int parts = what == "too many" ? IkeLimits.MaxFragments + 1 : 8;
            for (int i = 1; i <= parts && world.B.Sas().Length == 1; i++)
                Send(world, Part(world, i, parts, Content(what == "too many" ? 600 : IkeLimits.MaxReassembled)));
            Assert.Empty(world.B.Sas());
            Assert.Empty(world.B.Sessions());
            var answer = Forger.Open(world.Trace.Last(s => s.From == world.B), world.A).Single();
            Assert.Equal(7, BigEndian.Read16(answer.Body, 2));
            Assert.True(world.B.Said("more in fragments than one message may hold"), Ladder.Log(world));
        }

        [Fact]
        public void T14_FragmentsThatWaitInVainAreGivenUpInTime()
        {
            using var world = ThreatTests.Up();
            Send(world, Part(world, 1, 2));
            Assert.Equal(1, Forger.Reassemblies(world.B));
            world.Run(IkeLimits.ReassemblyMs);
            Assert.Equal(0, Forger.Reassemblies(world.B));
            Send(world, Part(world, 2, 2));
            Assert.Equal(0, Answers(world));
            Ladder.AssertUp(world);
            Send(world, Part(world, 1, 2));
            Assert.Equal(1, Answers(world));
        }

        // Many SAs whose holders never send the rest: so many messages at once and no more, and after a second the oldest gives way.
        [Fact]
        public void T14_ManyUnfinishedMessagesAreBoundedAndKeepNobodyOut()
        {
            using var world = ThreatTests.Up();
            var others = Forger.FillReassemblies(world.B, IkeLimits.MaxReassemblies);
            Send(world, Part(world, 1, 2), Part(world, 2, 2));
            Assert.Equal(0, Answers(world));
            Assert.Equal(IkeLimits.MaxReassemblies, Forger.Reassemblies(world.B));
            world.Run(IkeLimits.GiveWayMs);
            Send(world, Part(world, 1, 2));
            Assert.Equal(IkeLimits.MaxReassemblies, Forger.Reassemblies(world.B));
            Send(world, Part(world, 2, 2));
            Assert.Equal(1, Answers(world));
            Assert.Equal(IkeLimits.MaxReassemblies - 1, Forger.Reassemblies(world.B));
            Assert.Equal(IkeLimits.MaxReassemblies, others);
        }

        // Where fragments were not agreed upon there are none (2.4).
        [Fact]
        public void T14_WithoutAgreementAFragmentIsOutOfPlace()
        {
            using var world = new World();
            var child = Ladder.Configure(world, new Setup { Dpd = 0, Fragmentation = false }, new Setup { Dpd = 0 });
            world.A.Traffic(child, world.B.Address, 6);
            world.Settle();
            Send(world, Part(world, 1, 2), Part(world, 2, 2));
            Assert.Equal(0, Answers(world));
            Assert.Equal(2, world.B.Ike.Admin.FaultCount(Fault.OutOfPlace));
            Assert.Equal(0, Forger.Reassemblies(world.B));
        }

        // What is put together goes through the same rules as what came whole.
        [Theory]
        [InlineData("unknown critical", 1)]
        [InlineData("lying length", 7)]
        [InlineData("an SA payload", 7)]
        public void T14_WhatFragmentsHeldIsJudgedAsAWhole(string what, int notify)
        {
            using var world = ThreatTests.Up();
            var content = Content();
            int first = what == "unknown critical" ? 200 : what == "an SA payload" ? 33 : Notify;
            content[1] = (byte)(what == "unknown critical" ? 0x80 : 0);
            content[3] += (byte)(what == "lying length" ? 1 : 0);
            Send(world, Part(world, 1, 2, content, first), Part(world, 2, 2, content));
            var answer = Forger.Open(world.Trace.Last(s => s.From == world.B), world.A).Single();
            Assert.Equal(notify, BigEndian.Read16(answer.Body, 2));
            Assert.Equal(notify == 7 ? 0 : 1, world.B.Sas().Length);
        }

        [Fact]
        public void T14_AnyOrderOfAnyFragmentsNeverReadsMoreThanOneMessage()
        {
            using var world = ThreatTests.Up();
            var random = new Random(7383);
            int id = Id, read = 0;
            for (int round = 0; round < 60; round++)
            {
                int total = random.Next(1, 6);
                var all = new List<Sent>();
                for (int copy = 0; copy < 2; copy++)
                    for (int i = 1; i <= total; i++)
                        if (copy == 0 || random.Next(2) == 0)
                            all.Add(Part(world, i, total, null, null, id));
                int sent = world.Trace.Count;
                Send(world, all.OrderBy(_ => random.Next()).ToArray());
                Assert.True(Answers(world) > read, "round " + round);
                Assert.All(world.Trace.Skip(sent), s => Assert.Equal(Convert.ToHexString(world.Trace.Last().Payload), Convert.ToHexString(s.Payload)));
                read = Answers(world);
                Assert.Equal(0, Forger.Reassemblies(world.B));
                id++;
            }
        }
    }
}
