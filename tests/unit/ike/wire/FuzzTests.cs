using nanoFramework.TestFramework;
using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>Valid messages with bits flipped, bytes set, cut out, doubled and put in: nothing throws, nothing is read outside
    /// (every array is as long as its contents), and what is taken can be read to its end and written again.</summary>
    [TestClass]
    public class FuzzTests
    {
        // On a board the interpreter would need minutes.
#if NF_HOST
        private const int Rounds = 20000;
#else
        private const int Rounds = 200;
#endif

        private static readonly byte[] s_extremes = { 0, 1, 3, 4, 7, 8, 16, 40, 127, 128, 254, 255 };

        private static uint s_state;
        private static byte[] s_buffer;
        private static MessageWriter s_writer;
        private static Rewriter s_rewriter;
        private static Received s_received;

        private static void Start(int seed)
        {
            s_state = (uint)seed;
            s_buffer = new byte[2048];
            s_writer = new MessageWriter();
            s_rewriter = new Rewriter(s_writer);
            s_received = new Received();
        }

        // Numerical Recipes' generator: the same sequence everywhere.
        private static int Below(int bound)
        {
            s_state = s_state * 1664525 + 1013904223;
            return (int)((s_state >> 8) % (uint)bound);
        }

        [TestMethod]
        [DataRow(Messages.InitRequest, 1)]
        [DataRow(Messages.InitResponse, 2)]
        [DataRow(Messages.AuthRequest, 3)]
        [DataRow(Messages.CookieResponse, 4)]
        [DataRow(Messages.AuthFragment, 15)]
        public void ADamagedMessageIsRefusedOrReadable(string hex, int seed)
        {
            Start(seed);
            byte[] whole = Hex.Parse(hex);
            int taken = 0;
            for (int round = 0; round < Rounds; round++)
            {
                byte[] damaged = Damage(whole);
                if (damaged.Length >= IkeHeader.Size && Below(8) != 0)
                {
                    // Past the first gate, most of the time.
                    BigEndian.Write32(damaged, IkeHeader.LengthAt, damaged.Length);
                }
                taken += Taken(s_received.Read(damaged), s_received.Index);
            }
            Assert.IsTrue(taken > 0 && taken < Rounds);
        }

        [TestMethod]
        [DataRow(Messages.AuthRequestInside, PayloadType.IdInitiator, ExchangeType.IkeAuth, false, 5)]
        [DataRow(Messages.AuthResponseInside, PayloadType.IdResponder, ExchangeType.IkeAuth, true, 6)]
        [DataRow(Messages.AuthResponseWithChildInside, PayloadType.IdResponder, ExchangeType.IkeAuth, true, 7)]
        [DataRow(Messages.RekeyRequestInside, PayloadType.SecurityAssociation, ExchangeType.CreateChildSa, false, 8)]
        [DataRow(Messages.ChildRequestInside, PayloadType.Notify, ExchangeType.CreateChildSa, false, 9)]
        [DataRow(Messages.DeletesInside, PayloadType.Delete, ExchangeType.Informational, false, 10)]
        public void DamagedPayloadsAreRefusedOrReadable(string hex, int first, int exchange, bool response, int seed)
        {
            Start(seed);
            byte[] whole = Hex.Parse(hex);
            int taken = 0;
            for (int round = 0; round < Rounds; round++)
            {
                taken += Taken(s_received.ReadInside(Damage(whole), first, exchange, response), s_received.Index);
            }
            Assert.IsTrue(taken > 0 && taken < Rounds);
        }

        // Each body alone, where an array ends with it: nothing may be read from the payload behind.
        [TestMethod]
        [DataRow(Messages.InitRequest, 0, 0, 11)]
        [DataRow(Messages.AuthRequestInside, PayloadType.IdInitiator, ExchangeType.IkeAuth, 12)]
        [DataRow(Messages.ChildRequestInside, PayloadType.Notify, ExchangeType.CreateChildSa, 13)]
        [DataRow(Messages.DeletesInside, PayloadType.Delete, ExchangeType.Informational, 14)]
        public void ADamagedBodyIsRefusedOrReadable(string hex, int first, int exchange, int seed)
        {
            Start(seed);
            Received received = first == 0 ? Received.Message(hex) : Received.Inside(hex, first, exchange, false);
            PayloadIndex index = received.Index;
            for (int round = 0; round < Rounds; round++)
            {
                int i = Below(index.Count);
                byte[] body = new byte[index.Length[i]];
                System.Array.Copy(index.Bytes, index.Offset[i], body, 0, body.Length);
                byte[] damaged = Damage(body);
                if (PayloadBody.Check(index.Type[i], damaged, 0, damaged.Length) == WireStatus.Ok)
                {
                    StartWriter();
                    s_rewriter.Write(index.Type[i], damaged, 0, damaged.Length);
                    Assert.IsTrue(s_writer.Finish() > 0);
                }
            }
        }

        private static int Taken(int status, PayloadIndex index)
        {
            Assert.IsTrue(status >= 0 && status < WireStatus.Count);
            if (status != WireStatus.Ok)
            {
                Assert.AreEqual(PayloadRules.NoShape, index.Shape);
                return 0;
            }
            StartWriter();
            s_rewriter.Write(index);
            Assert.IsTrue(s_writer.Finish() > 0);
            return 1;
        }

        private static void StartWriter()
        {
            s_writer.Start(s_buffer, 0, s_buffer.Length, 1, 2, ExchangeType.IkeAuth, 0, 0);
        }

        private static byte[] Damage(byte[] whole)
        {
            byte[] bytes = whole;
            for (int blows = 1 + Below(3); blows > 0; blows--)
            {
                bytes = Blow(bytes);
            }
            return bytes;
        }

        private static byte[] Blow(byte[] bytes)
        {
            if (bytes.Length == 0)
            {
                return bytes;
            }
            int at = Below(bytes.Length);
            switch (Below(6))
            {
                case 0:
                    return Splice(bytes, 0, at, 0, 0);
                case 1:
                    return Splice(bytes, 0, at, at + Below(bytes.Length - at), bytes.Length);
                case 2:
                    return Splice(bytes, 0, at, at - Below(at + 1), bytes.Length);
                case 3:
                    return Set(bytes, at, s_extremes[Below(s_extremes.Length)]);
                default:
                    return Set(bytes, at, bytes[at] ^ 1 << Below(8));
            }
        }

        private static byte[] Set(byte[] bytes, int at, int value)
        {
            byte[] damaged = Splice(bytes, 0, bytes.Length, 0, 0);
            damaged[at] = (byte)value;
            return damaged;
        }

        // Two stretches of the same bytes, one behind the other: what lies between them is gone, what lies in both is doubled.
        private static byte[] Splice(byte[] bytes, int from, int to, int again, int end)
        {
            byte[] made = new byte[to - from + end - again];
            System.Array.Copy(bytes, from, made, 0, to - from);
            System.Array.Copy(bytes, again, made, to - from, end - again);
            return made;
        }
    }
}
