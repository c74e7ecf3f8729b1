using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Configuration (RFC 7296 3.15): its structure; what the attributes mean is not judged here.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |   CFG Type    |                    RESERVED                   |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |R|         Attribute Type      |            Length             |  from here once for each attribute
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                             Value                             ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class ConfigurationPayload
    {
        public const int Request = 1, Reply = 2, Set = 3, Ack = 4;

        /// <summary>No attribute here or behind.</summary>
        public const int End = -1;

        private const int HeadSize = 4, AttributeHead = 4;

        public static int Check(byte[] src, int at, int length)
        {
            if (length < HeadSize || src[at] < Request || src[at] > Ack)
            {
                return WireStatus.BadPayload;
            }
            int end = at + length;
            at += HeadSize;
            while (end - at >= AttributeHead && ValueLength(src, at) <= end - at - AttributeHead)
            {
                at += AttributeHead + ValueLength(src, at);
            }
            return at == end ? WireStatus.Ok : WireStatus.BadPayload;
        }

        /// <summary>One of Request, Reply, Set and Ack.</summary>
        public static int Type(byte[] src, int at)
        {
            return src[at];
        }

        /// <summary>Place of the first attribute, or <see cref="End"/>.</summary>
        /// <param name="at">The body, which was checked.</param>
        public static int First(int at, int length)
        {
            return length == HeadSize ? End : at + HeadSize;
        }

        /// <summary>Place of the attribute behind the one at place, or <see cref="End"/>.</summary>
        public static int Next(byte[] src, int place, int at, int length)
        {
            int next = place + AttributeHead + ValueLength(src, place);
            return next == at + length ? End : next;
        }

        public static int Attribute(byte[] src, int place)
        {
            return BigEndian.Read16(src, place) & 0x7fff;
        }

        public static int ValueAt(int place)
        {
            return place + AttributeHead;
        }

        /// <summary>Bytes.</summary>
        public static int ValueLength(byte[] src, int place)
        {
            return BigEndian.Read16(src, place + 2);
        }

        /// <summary>Opens the payload; attributes come next.</summary>
        public static void Open(MessageWriter writer, int type)
        {
            writer.Payload(PayloadType.Configuration);
            writer.Write32(type << 24);
        }

        /// <param name="value">May be null when length is 0: asked for.</param>
        public static void WriteAttribute(MessageWriter writer, int attribute, byte[] value, int offset, int length)
        {
            writer.Write32(attribute << 16 | length);
            writer.Write(value, offset, length);
        }
    }
}
