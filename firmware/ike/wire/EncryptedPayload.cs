using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Encrypted and Authenticated, SK (RFC 7296 3.14), and its fragment, SKF (RFC 7383 2.5). Where they stand; what is in
    /// them is for SkOpen.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |        Fragment Number        |        Total Fragments        |  SKF only
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |                     Initialization Vector                     |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                    Encrypted IKE Payloads                     ~
    /// +               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |               |             Padding (0-255 octets)            |
    /// +-+-+-+-+-+-+-+-+                               +-+-+-+-+-+-+-+-+
    /// |                                               |  Pad Length   |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                    Integrity Checksum Data                    ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class EncryptedPayload
    {
        /// <summary>Bytes before the IV, generic header included: SkOpen's and SkSeal's head.</summary>
        public const int Head = PayloadIndex.HeaderSize, FragmentHead = PayloadIndex.HeaderSize + 4;

        /// <summary>Fragments are numbered from 1 to their total (RFC 7383 2.5).</summary>
        public static int Check(int payload, byte[] src, int at, int length)
        {
            if (payload == PayloadType.Encrypted)
            {
                return length > 0 ? WireStatus.Ok : WireStatus.BadPayload;
            }
            bool good = length > FragmentHead - Head && Number(src, at) >= 1 && Number(src, at) <= Total(src, at);
            return good ? WireStatus.Ok : WireStatus.BadPayload;
        }

        /// <summary>Writes generic and fragment header of SKF; the length is filled in when it is sealed.</summary>
        /// <param name="next">The first type inside in fragment 1, None in the others.</param>
        public static void WriteFragment(byte[] dst, int at, int next, int number, int total)
        {
            dst[at] = (byte)next;
            dst[at + 1] = 0;
            BigEndian.Write16(dst, at + 4, number);
            BigEndian.Write16(dst, at + 6, total);
        }

        public static int Number(byte[] src, int at)
        {
            return BigEndian.Read16(src, at);
        }

        public static int Total(byte[] src, int at)
        {
            return BigEndian.Read16(src, at + 2);
        }
    }
}
