using System;
using System.Collections.Generic;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>A clock that tests own.</summary>
    public sealed class SetClock : ClockPort
    {
        public long Time = 1000;

        /// <summary>Seconds since 1970: a day in 2027; -1: the board does not know the time.</summary>
        public long Utc = 1_800_000_000;

        public override long Now => Time;

        public override long UtcSeconds => Utc;
    }

    /// <summary>Log lines, kept.</summary>
    public sealed class KeptLog : LogPort
    {
        public readonly List<string> Lines = new();

        public override void Write(int level, string text) => Lines.Add(text);
    }

    /// <summary>One datagram on its way.</summary>
    public sealed record Sent(Peer From, int[] Info, byte[] Payload)
    {
        /// <summary>The IKE message, without the marker.</summary>
        public byte[] Ike => Info[PacketInfo.SourcePort] == 4500 || Info[PacketInfo.DestinationPort] == 4500 ? Payload[4..] : Payload;

        public int Exchange => Ike[18];

        public bool IsResponse => (Ike[19] & 0x20) != 0;

        public bool IsKeepalive => Payload.Length == 1;
    }

    /// <summary>One protected packet on its way: the SPI it was sealed under, its number, and what is in it.</summary>
    public sealed record Esp(Peer From, int Spi, int Sequence, int[] Inner);

    /// <summary>Two peers, the wire between them and one clock. What is sent lies on the wire until the next step; a filter may drop,
    /// double or hold it.</summary>
    public sealed class World : IDisposable
    {
        public readonly SetClock Clock = new();
        public readonly Peer A, B;

        /// <summary>All that was ever sent.</summary>
        public readonly List<Sent> Trace = new();

        /// <summary>What becomes of a datagram: as many copies as it returns; null: one.</summary>
        public Func<Sent, int> Copies;

        /// <summary>True: the datagram waits until the next one has passed.</summary>
        public Func<Sent, bool> Delay;

        /// <summary>Changes the datagram as a NAT between the two would; null: none.</summary>
        public Func<Sent, Sent> Nat;

        /// <summary>Datagrams of a third party, which arrive when the wire is empty.</summary>
        public readonly Queue<Sent> Later = new();

        private readonly Queue<object> _wire = new();
        private Sent _held;

        public World()
        {
            Native.Start();
            A = new Peer(this, "10.0.0.77");
            B = new Peer(this, "10.0.0.78");
        }

        public void Put(Sent sent)
        {
            Trace.Add(sent);
            int copies = Copies == null ? 1 : Copies(sent);
            for (int i = 0; i < copies; i++)
                _wire.Enqueue(sent);
        }

        public void Put(Esp esp) => _wire.Enqueue(esp);

        /// <summary>Delivers what is on the wire and lets both work until nothing moves. The clock stands.</summary>
        public void Settle()
        {
            for (int round = 0; round < 1000; round++)
            {
                bool moved = Step(A) | Step(B) | Deliver();
                if (!moved && _held == null)
                    return;
                if (!moved)
                    Arrive(Release());
            }
            throw new InvalidOperationException("the peers do not come to rest");
        }

        private static bool Step(Peer peer) => peer.Work();

        private bool Deliver()
        {
            if (_wire.Count + Later.Count == 0)
                return false;
            if (_wire.Count == 0)
            {
                Arrive(Later.Dequeue());
                return true;
            }
            var next = _wire.Dequeue();
            if (next is Esp esp)
            {
                (esp.From == A ? B : A).Packets.Arrived(esp);
                return true;
            }
            var sent = (Sent)next;
            if (_held == null && Delay != null && Delay(sent))
            {
                _held = sent;
                return true;
            }
            Arrive(sent);
            if (_held != null)
                Arrive(Release());
            return true;
        }

        private Sent Release()
        {
            var held = _held;
            _held = null;
            return held;
        }

        private void Arrive(Sent sent)
        {
            var seen = Nat == null ? sent : Nat(sent);
            if (seen != null)
                (sent.From == A ? B : A).Receive(seen);
        }

        /// <summary>Lets the clock run, due time by due time.</summary>
        public void Run(long milliseconds)
        {
            long end = Clock.Time + milliseconds;
            Settle();
            for (int i = 0; i < 100000; i++)
            {
                long next = Math.Min(A.NextDue, B.NextDue);
                if (next > end)
                    break;
                Clock.Time = Math.Max(Clock.Time, next);
                Settle();
            }
            Clock.Time = end;
            Settle();
        }

        public void Dispose()
        {
            A.Dispose();
            B.Dispose();
        }
    }

    /// <summary>The native library, started once.</summary>
    internal static class Native
    {
        private static bool s_started;

        public static void Start()
        {
            if (s_started)
                return;
            int crypto = NfIpsec.Native.CryptoNative.Start();
            int packets = NfIpsec.Native.PacketNative.Start();
            if (crypto < 0 || packets < 0)
                throw new InvalidOperationException("native start " + crypto + ", " + packets);
            s_started = true;
        }
    }
}
