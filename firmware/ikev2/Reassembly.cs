using System;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>One message that comes in fragments (RFC 7383 2.6). Only what has been authenticated is put here, so what it costs is
    /// caused by whoever holds the keys of the SA.</summary>
    internal sealed class Reassembly
    {
        private readonly byte[][] _parts;
        private readonly int _exchange, _flags, _messageId;
        private int _count, _length, _first;

        /// <summary>When it began, milliseconds of the clock.</summary>
        internal readonly long StartedAt;

        internal Reassembly(IkeHeader header, int total, long now)
        {
            _exchange = header.Exchange;
            _flags = header.Flags;
            _messageId = header.MessageId;
            _parts = new byte[total][];
            StartedAt = now;
        }

        internal int Total
        {
            get { return _parts.Length; }
        }

        internal bool IsWhole
        {
            get { return _count == _parts.Length; }
        }

        /// <summary>When it is given up, milliseconds of the clock.</summary>
        internal long Until
        {
            get { return StartedAt + IkeLimits.ReassemblyMs; }
        }

        /// <summary>The type of the first payload inside: what fragment 1 named.</summary>
        internal int First
        {
            get { return _first; }
        }

        /// <summary>Fragments have their header from one message, but for its length (RFC 7383 2.5).</summary>
        internal bool IsOf(IkeHeader header)
        {
            return _exchange == header.Exchange && _flags == header.Flags && _messageId == header.MessageId;
        }

        internal bool Has(int number)
        {
            return _parts[number - 1] != null;
        }

        /// <summary>Keeps what a fragment held; false where the message becomes longer than is taken here.</summary>
        /// <param name="next">The type its header named: counts in fragment 1 only.</param>
        internal bool Add(int number, int next, byte[] src, int at, int length)
        {
            if (_length + length > IkeLimits.MaxReassembled)
            {
                return false;
            }
            byte[] part = new byte[length];
            Array.Copy(src, at, part, 0, length);
            _parts[number - 1] = part;
            _first = number == 1 ? next : _first;
            _length += length;
            _count++;
            return true;
        }

        /// <summary>What SK would have held. The parts go as they are copied: there is an end to this message.</summary>
        internal byte[] Merge()
        {
            byte[] whole = new byte[_length];
            int at = 0;
            for (int i = 0; i < _parts.Length; i++)
            {
                Array.Copy(_parts[i], 0, whole, at, _parts[i].Length);
                at += _parts[i].Length;
                _parts[i] = null;
            }
            return whole;
        }
    }
}
