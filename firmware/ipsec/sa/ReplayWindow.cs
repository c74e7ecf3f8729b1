using NfIpsec.Base;

namespace NfIpsec.Ipsec.Sa
{
    /// <summary>The anti-replay window of one inbound SA (RFC 4303 3.4.3): test before the packet is opened, mark after its ICV
    /// held. A ring of bitmap words with spare ones, so that moving on clears words instead of shifting bits (RFC 6479).</summary>
    public sealed class ReplayWindow
    {
        private const long HighUnit = 1L << 32;

        private readonly int[] _words;
        private readonly int _wordMask;
        private readonly bool _extended;

        /// <summary>Packets that the window spans.</summary>
        public readonly int Size;

        /// <summary>Highest sequence number accepted, 0 before the first.</summary>
        public long Top;

        /// <param name="size">32..1024, a multiple of 32.</param>
        /// <param name="extended">64-bit sequence numbers (RFC 4304) of which packets carry the low half.</param>
        public ReplayWindow(int size, bool extended)
        {
            Size = size;
            _extended = extended;
            int words = 2;
            while (words < size / 32 + 1)
            {
                words *= 2;
            }
            _words = new int[words];
            _wordMask = words - 1;
        }

        /// <summary>True for a size that the constructor takes.</summary>
        public static bool IsSize(int size)
        {
            return size >= Limits.MinReplayWindow && size <= Limits.MaxReplayWindow && size % 32 == 0;
        }

        /// <summary>The whole sequence number of a packet whose low 32 bits are given (RFC 4303 appendix A2.2); negative when it would lie
        /// before the first.</summary>
        public long Expand(int low)
        {
            long number = (uint)low;
            if (!_extended)
            {
                return number;
            }
            long top = Top;
            long topLow = top & 0xffffffffL;
            long candidate = top - topLow + number;
            if (topLow >= Size - 1)
            {
                return number >= topLow - Size + 1 ? candidate : candidate + HighUnit;
            }
            return number >= ((topLow - Size + 1) & 0xffffffffL) ? candidate - HighUnit : candidate;
        }

        /// <summary>True when the number is new: ahead of the window, or inside it and not marked. Changes nothing.</summary>
        public bool Test(long sequence)
        {
            long top = Top;
            if (sequence > top)
            {
                return true;
            }
            if (sequence <= 0 || sequence <= top - Size)
            {
                return false;
            }
            return (_words[(int)(sequence >> 5) & _wordMask] & 1 << ((int)sequence & 31)) == 0;
        }

        /// <summary>Notes a number that passed <see cref="Test"/> and whose packet verified.</summary>
        public void Mark(long sequence)
        {
            int[] words = _words;
            if (sequence > Top)
            {
                Advance(sequence);
            }
            words[(int)(sequence >> 5) & _wordMask] |= 1 << ((int)sequence & 31);
        }

        private void Advance(long sequence)
        {
            long block = Top >> 5;
            long steps = (sequence >> 5) - block;
            if (steps > _words.Length)
            {
                steps = _words.Length;
            }
            for (int i = 1; i <= (int)steps; i++)
            {
                _words[(int)(block + i) & _wordMask] = 0;
            }
            Top = sequence;
        }
    }
}
