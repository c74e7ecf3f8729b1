namespace NfIpsec.Ike.Wire
{
    /// <summary>Writes an SA payload: Open, then for each proposal its opening and its transforms, then Close. Lengths, counts and
    /// "last" marks are filled in behind.</summary>
    public sealed class SaWriter
    {
        private const int KeyLengthAttribute = SaPayload.ShortAttribute | 14, KeyLengthSize = 4;

        private MessageWriter _writer;
        private int _proposal, _transform, _count;

        public void Open(MessageWriter writer)
        {
            _writer = writer;
            _proposal = 0;
            writer.Payload(PayloadType.SecurityAssociation);
        }

        /// <summary>Opens a proposal of AH or ESP.</summary>
        public void ChildProposal(int number, int protocol, int spi)
        {
            Proposal(number, protocol, ProtocolId.ChildSpiSize);
            _writer.Write32(spi);
        }

        /// <summary>Opens a proposal for an IKE SA.</summary>
        /// <param name="spi">0 in IKE_SA_INIT, where the header has it; ours when rekeying.</param>
        public void IkeProposal(int number, long spi)
        {
            Proposal(number, ProtocolId.Ike, spi == 0 ? 0 : ProtocolId.IkeSpiSize);
            if (spi != 0)
            {
                _writer.Write64(spi);
            }
        }

        private void Proposal(int number, int protocol, int spiSize)
        {
            EndProposal(SaPayload.MoreProposals);
            _proposal = _writer.At;
            _transform = 0;
            _count = 0;
            _writer.Write32(0);
            _writer.Write32(number << 24 | protocol << 16 | spiSize << 8);
        }

        /// <param name="keyBits">0: no key length attribute.</param>
        public void Transform(int type, int id, int keyBits)
        {
            if (_transform != 0)
            {
                _writer.Patch8(_transform, SaPayload.MoreTransforms);
            }
            _transform = _writer.At;
            _count++;
            _writer.Write32(SaPayload.HeaderSize + (keyBits == 0 ? 0 : KeyLengthSize));
            _writer.Write32(type << 24 | id);
            if (keyBits != 0)
            {
                _writer.Write32(KeyLengthAttribute << 16 | keyBits);
            }
        }

        public void Close()
        {
            EndProposal(0);
            _proposal = 0;
        }

        private void EndProposal(int more)
        {
            if (_proposal != 0)
            {
                _writer.Patch8(_proposal, more);
                _writer.Patch16(_proposal + 2, _writer.At - _proposal);
                _writer.Patch8(_proposal + 7, _count);
            }
        }
    }
}
