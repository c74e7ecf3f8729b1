using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>The selectors of a TSi or TSr payload (RFC 7296 3.13).
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// | Number of TSs |                 RESERVED                      |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |   TS Type     |IP Protocol ID |       Selector Length         |  from here once for each selector
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |           Start Port          |           End Port            |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                  Starting Address (4 or 16)                   ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                   Ending Address (4 or 16)                    ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public sealed class TrafficSelectors
    {
        /// <summary>Words of one selector: version (4 or 6), protocol (0 any), first and last port, then first and last address as
        /// <see cref="IpAddress"/> has them. Of ICMP, type and code make the port: type * 256 + code (RFC 7296 3.13.1).</summary>
        public const int Version = 0, Protocol = 1, FirstPort = 2, LastPort = 3, Low = 4, High = 8, WordCount = 12;

        public const int AnyPort = 65535;

        private const int TypeIPv4 = 7, TypeIPv6 = 8;
        private const int HeadSize = 4, SelectorHead = 8, SizeIPv4 = 16, SizeIPv6 = 40;

        public readonly int[] Words = new int[WireLimits.MaxSelectors * WordCount];

        /// <summary>Selectors in <see cref="Words"/>.</summary>
        public int Count;

        /// <summary>Selectors of a type we know in the payload that was read; more than Count when some had no room.</summary>
        public int Total;

        /// <summary>First word of selector i.</summary>
        public static int At(int i)
        {
            return i * WordCount;
        }

        /// <summary>Takes all of the other.</summary>
        public void CopyFrom(TrafficSelectors other)
        {
            System.Array.Copy(other.Words, 0, Words, 0, Words.Length);
            Count = other.Count;
            Total = other.Total;
        }

        /// <summary>BadPayload for no selector, a length that lies or a range that ends before it starts; TsUnacceptable when there is
        /// none of a type that we know.</summary>
        public static int Check(byte[] src, int at, int length)
        {
            int count = length < HeadSize ? 0 : src[at];
            int end = at + length;
            bool known = false;
            at += HeadSize;
            for (int i = 0; i < count; i++)
            {
                if (!SelectorHolds(src, at, end))
                {
                    return WireStatus.BadPayload;
                }
                known = known || IsKnown(src[at]);
                at += BigEndian.Read16(src, at + 2);
            }
            if (count == 0 || at != end)
            {
                return WireStatus.BadPayload;
            }
            return known ? WireStatus.Ok : WireStatus.TsUnacceptable;
        }

        private static bool IsKnown(int type)
        {
            return type == TypeIPv4 || type == TypeIPv6;
        }

        private static bool SelectorHolds(byte[] src, int at, int end)
        {
            int size = end - at < HeadSize ? 0 : BigEndian.Read16(src, at + 2);
            if (size < HeadSize || size > end - at)
            {
                return false;
            }
            return !IsKnown(src[at]) || (size == (src[at] == TypeIPv4 ? SizeIPv4 : SizeIPv6) && PortsHold(src, at) && RangeHolds(src, at, size));
        }

        // 65535 to 0 is OPAQUE, the one range that ends before it starts (RFC 7296 3.13.1).
        private static bool PortsHold(byte[] src, int at)
        {
            int first = BigEndian.Read16(src, at + 4);
            int last = BigEndian.Read16(src, at + 6);
            return first <= last || (first == AnyPort && last == 0);
        }

        private static bool RangeHolds(byte[] src, int at, int size)
        {
            int bytes = (size - SelectorHead) / 2;
            int low = at + SelectorHead;
            for (int i = 0; i < bytes; i++)
            {
                if (src[low + i] != src[low + bytes + i])
                {
                    return src[low + i] < src[low + bytes + i];
                }
            }
            return true;
        }

        /// <summary>Reads the body of a payload. Selectors of other types are passed over, as are those beyond
        /// <see cref="WireLimits.MaxSelectors"/>.</summary>
        /// <returns>A <see cref="WireStatus"/>.</returns>
        public int Read(byte[] src, int at, int length)
        {
            Clear();
            int status = Check(src, at, length);
            if (status != WireStatus.Ok)
            {
                return status;
            }
            int end = at + length;
            at += HeadSize;
            while (at < end)
            {
                if (IsKnown(src[at]))
                {
                    Take(src, at);
                }
                at += BigEndian.Read16(src, at + 2);
            }
            return WireStatus.Ok;
        }

        private void Take(byte[] src, int at)
        {
            Total++;
            if (Count == WireLimits.MaxSelectors)
            {
                return;
            }
            int word = At(Count);
            bool four = src[at] == TypeIPv4;
            Words[word + Version] = four ? 4 : 6;
            Words[word + Protocol] = src[at + 1];
            Words[word + FirstPort] = BigEndian.Read16(src, at + 4);
            Words[word + LastPort] = BigEndian.Read16(src, at + 6);
            ReadAddress(src, at + SelectorHead, four, word + Low);
            ReadAddress(src, at + SelectorHead + (four ? 4 : 16), four, word + High);
            Count++;
        }

        private void ReadAddress(byte[] src, int at, bool four, int word)
        {
            if (four)
            {
                Words[word] = 0;
                Words[word + 1] = 0;
                Words[word + 2] = IpAddress.Mapped;
                Words[word + 3] = BigEndian.Read32(src, at);
                return;
            }
            for (int i = 0; i < IpAddress.WordCount; i++)
            {
                Words[word + i] = BigEndian.Read32(src, at + 4 * i);
            }
        }

        public void Clear()
        {
            Count = 0;
            Total = 0;
        }

        /// <summary>Adds a selector to write.</summary>
        /// <param name="low">First address, four words at lowAt.</param>
        /// <param name="high">Last address, of the same version.</param>
        /// <returns>False when there is no room.</returns>
        public bool Add(int version, int protocol, int firstPort, int lastPort, int[] low, int lowAt, int[] high, int highAt)
        {
            if (Count == WireLimits.MaxSelectors)
            {
                return false;
            }
            int word = At(Count);
            Words[word + Version] = version;
            Words[word + Protocol] = protocol;
            Words[word + FirstPort] = firstPort;
            Words[word + LastPort] = lastPort;
            IpAddress.Copy(low, lowAt, Words, word + Low);
            IpAddress.Copy(high, highAt, Words, word + High);
            Count++;
            Total = Count;
            return true;
        }

        /// <summary>Takes selector i out; the others keep their order.</summary>
        public void Remove(int i)
        {
            Count--;
            Total = Count;
            System.Array.Copy(Words, At(i + 1), Words, At(i), (Count - i) * WordCount);
        }

        /// <param name="payload">TsInitiator or TsResponder.</param>
        public void Write(MessageWriter writer, int payload)
        {
            writer.Payload(payload);
            writer.Write32(Count << 24);
            for (int i = 0; i < Count; i++)
            {
                WriteSelector(writer, At(i));
            }
        }

        private void WriteSelector(MessageWriter writer, int word)
        {
            bool four = Words[word + Version] == 4;
            writer.Write32((four ? TypeIPv4 : TypeIPv6) << 24 | Words[word + Protocol] << 16 | (four ? SizeIPv4 : SizeIPv6));
            writer.Write32(Words[word + FirstPort] << 16 | Words[word + LastPort]);
            WriteAddress(writer, four, word + Low);
            WriteAddress(writer, four, word + High);
        }

        private void WriteAddress(MessageWriter writer, bool four, int word)
        {
            for (int i = four ? 3 : 0; i < IpAddress.WordCount; i++)
            {
                writer.Write32(Words[word + i]);
            }
        }
    }
}
