using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>Reads every field of every payload with the readers and writes them again with the writers.</summary>
    public sealed class Rewriter
    {
        private readonly MessageWriter _writer;
        private readonly SaReader _reader = new SaReader();
        private readonly SaWriter _sa = new SaWriter();
        private readonly TrafficSelectors _selectors = new TrafficSelectors();

        public Rewriter(MessageWriter writer)
        {
            _writer = writer;
        }

        public void Write(PayloadIndex index)
        {
            for (int i = 0; i < index.Count; i++)
            {
                Write(index.Type[i], index.Bytes, index.Offset[i], index.Length[i]);
            }
        }

        public void Write(int type, byte[] src, int at, int length)
        {
            switch (type)
            {
                case PayloadType.SecurityAssociation:
                    WriteSa(src, at, length);
                    break;
                case PayloadType.KeyExchange:
                    KePayload.Write(_writer, KePayload.Group(src, at), src, at + KePayload.DataAt, length - KePayload.DataAt);
                    break;
                case PayloadType.IdInitiator:
                case PayloadType.IdResponder:
                    IdPayload.Write(_writer, type, IdPayload.Type(src, at), src, at + IdPayload.DataAt, length - IdPayload.DataAt);
                    break;
                case PayloadType.Certificate:
                case PayloadType.CertificateRequest:
                    CertificatePayload.Write(_writer, type, CertificatePayload.Encoding(src, at), src, at + 1, length - 1);
                    break;
                case PayloadType.Authentication:
                    AuthPayload.Write(_writer, AuthPayload.Method(src, at), src, at + AuthPayload.DataAt, length - AuthPayload.DataAt);
                    break;
                case PayloadType.Nonce:
                    NoncePayload.Write(_writer, src, at, length);
                    break;
                case PayloadType.Notify:
                    WriteNotify(src, at, length);
                    break;
                case PayloadType.Delete:
                    WriteDelete(src, at);
                    break;
                case PayloadType.TsInitiator:
                case PayloadType.TsResponder:
                    _selectors.Read(src, at, length);
                    _selectors.Write(_writer, type);
                    break;
                case PayloadType.Configuration:
                    WriteConfiguration(src, at, length);
                    break;
                default:
                    _writer.Payload(type);
                    _writer.Write(src, at, length);
                    break;
            }
        }

        private void WriteSa(byte[] src, int at, int length)
        {
            _reader.Open(src, at, length);
            _sa.Open(_writer);
            while (_reader.NextProposal())
            {
                if (_reader.Protocol == ProtocolId.Ike)
                {
                    _sa.IkeProposal(_reader.Number, _reader.IkeSpi);
                }
                else
                {
                    _sa.ChildProposal(_reader.Number, _reader.Protocol, _reader.ChildSpi);
                }
                while (_reader.NextTransform())
                {
                    _sa.Transform(_reader.Type, _reader.Id, _reader.KeyBits);
                }
            }
            _sa.Close();
        }

        private void WriteNotify(byte[] src, int at, int length)
        {
            int data = NotifyPayload.DataLength(src, at, length);
            if (NotifyPayload.ChildSpi(src, at) != 0)
            {
                NotifyPayload.WriteChild(_writer, NotifyPayload.Type(src, at), NotifyPayload.Protocol(src, at), NotifyPayload.ChildSpi(src, at));
                _writer.Write(src, NotifyPayload.DataAt(src, at), data);
                return;
            }
            NotifyPayload.Write(_writer, NotifyPayload.Type(src, at), src, NotifyPayload.DataAt(src, at), data);
        }

        private void WriteDelete(byte[] src, int at)
        {
            if (DeletePayload.Count(src, at) == 0)
            {
                DeletePayload.WriteIke(_writer);
                return;
            }
            DeletePayload.OpenChild(_writer, DeletePayload.Protocol(src, at), DeletePayload.Count(src, at));
            for (int i = 0; i < DeletePayload.Count(src, at); i++)
            {
                _writer.Write32(DeletePayload.Spi(src, at, i));
            }
        }

        private void WriteConfiguration(byte[] src, int at, int length)
        {
            ConfigurationPayload.Open(_writer, ConfigurationPayload.Type(src, at));
            for (int place = ConfigurationPayload.First(at, length); place != ConfigurationPayload.End; place = ConfigurationPayload.Next(src, place, at, length))
            {
                int attribute = ConfigurationPayload.Attribute(src, place);
                ConfigurationPayload.WriteAttribute(_writer, attribute, src, ConfigurationPayload.ValueAt(place), ConfigurationPayload.ValueLength(src, place));
            }
        }
    }
}
