using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Security Association (RFC 7296 3.3): proposals, each with transforms, each with attributes.
    /// <code>
    ///  0                   1                   2                   3
    ///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |Last Substruc 2|   RESERVED    |         Proposal Length       |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// | Proposal Num  |  Protocol ID  |    SPI Size   |Num  Transforms|
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                        SPI (variable)                         ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |Last Substruc 3|   RESERVED    |        Transform Length       |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |Transform Type |   RESERVED    |          Transform ID         |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// |A|       Attribute Type        |  A=0: Length,  A=1: Value     |
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// ~                    A=0: Attribute Value                       ~
    /// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    /// </code></summary>
    public static class SaPayload
    {
        internal const int HeaderSize = 8, AttributeSize = 4, ShortAttribute = 0x8000;

        /// <summary>Last Substruc of a proposal, and of a transform, that another one follows.</summary>
        internal const int MoreProposals = 2, MoreTransforms = 3;

        /// <summary>Every length of every level, once. Proposals are numbered one after the other (3.3.1), a responder's answer is one of
        /// them; an IKE SPI may be absent, as in IKE_SA_INIT; an SPI of zero is none. Proposals for protocols that we do not know are
        /// let through: nobody chooses them.</summary>
        public static int Check(byte[] src, int at, int length)
        {
            int end = at + length;
            int number = 0;
            int transforms = 0;
            while (at < end)
            {
                if (!ProposalHolds(src, at, end) || (number != 0 && src[at + 4] != number + 1))
                {
                    return WireStatus.BadPayload;
                }
                number = src[at + 4];
                transforms += src[at + 7];
                at += BigEndian.Read16(src, at + 2);
            }
            return number != 0 && transforms <= WireLimits.MaxTransforms ? WireStatus.Ok : WireStatus.BadPayload;
        }

        private static bool ProposalHolds(byte[] src, int at, int end)
        {
            return SubstructureHolds(src, at, end, MoreProposals) && src[at + 4] != 0 && SpiHolds(src, at) && TransformsHold(src, at, at + BigEndian.Read16(src, at + 2));
        }

        // Proposals and transforms start alike. One that ends where its parent does is the last, and no other is.
        private static bool SubstructureHolds(byte[] src, int at, int end, int more)
        {
            int size = end - at < HeaderSize ? 0 : BigEndian.Read16(src, at + 2);
            return size >= HeaderSize && size <= end - at && src[at] == (size == end - at ? 0 : more);
        }

        // The SPI may still lie about its length here; TransformsHold finds that. A size is judged before a byte of it is read.
        private static bool SpiHolds(byte[] src, int at)
        {
            int protocol = src[at + 5];
            int size = src[at + 6];
            if (protocol != ProtocolId.Ike && !ProtocolId.IsChild(protocol))
            {
                return protocol != ProtocolId.None;
            }
            if (size == 0)
            {
                return protocol == ProtocolId.Ike;
            }
            return size == ProtocolId.SpiSize(protocol) && HeaderSize + size <= BigEndian.Read16(src, at + 2) && !IsZero(src, at + HeaderSize, size);
        }

        private static bool IsZero(byte[] src, int at, int length)
        {
            int bits = 0;
            for (int i = at; i < at + length; i++)
            {
                bits |= src[i];
            }
            return bits == 0;
        }

        // As many as the proposal counts, at least one, the last of them ending where it ends.
        private static bool TransformsHold(byte[] src, int at, int end)
        {
            int count = src[at + 7];
            bool any = count > 0;
            at += HeaderSize + src[at + 6];
            while (count > 0 && SubstructureHolds(src, at, end, MoreTransforms))
            {
                int size = BigEndian.Read16(src, at + 2);
                if (!AttributesHold(src, at + HeaderSize, at + size))
                {
                    return false;
                }
                at += size;
                count--;
            }
            return any && count == 0 && at == end;
        }

        private static bool AttributesHold(byte[] src, int at, int end)
        {
            while (end - at >= AttributeSize)
            {
                int size = AttributeLength(src, at);
                if (size > end - at)
                {
                    return false;
                }
                at += size;
            }
            return at == end;
        }

        // Bytes, header included.
        internal static int AttributeLength(byte[] src, int at)
        {
            return (BigEndian.Read16(src, at) & ShortAttribute) != 0 ? AttributeSize : AttributeSize + BigEndian.Read16(src, at + 2);
        }
    }
}
