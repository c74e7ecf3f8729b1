namespace NfIpsec.Ike.Wire
{
    /// <summary>Sends each payload's body to the check of its type.</summary>
    public static class PayloadBody
    {
        internal static int CheckAll(PayloadIndex index)
        {
            for (int i = 0; i < index.Count; i++)
            {
                int status = Check(index.Type[i], index.Bytes, index.Offset[i], index.Length[i]);
                if (status != WireStatus.Ok)
                {
                    return status;
                }
            }
            return WireStatus.Ok;
        }

        /// <summary>Checks one body; length bytes at at, as a <see cref="PayloadIndex"/> has them. EAP has no reader and is refused;
        /// unknown types pass.</summary>
        /// <returns>A <see cref="WireStatus"/>.</returns>
        public static int Check(int type, byte[] src, int at, int length)
        {
            switch (type)
            {
                case PayloadType.SecurityAssociation:
                    return SaPayload.Check(src, at, length);
                case PayloadType.KeyExchange:
                    return KePayload.Check(src, at, length);
                case PayloadType.IdInitiator:
                case PayloadType.IdResponder:
                    return IdPayload.Check(src, at, length);
                case PayloadType.Certificate:
                case PayloadType.CertificateRequest:
                    return CertificatePayload.Check(type, src, at, length);
                case PayloadType.Authentication:
                    return AuthPayload.Check(src, at, length);
                case PayloadType.Nonce:
                    return NoncePayload.Check(length);
                case PayloadType.Notify:
                    return NotifyPayload.Check(src, at, length);
                case PayloadType.Delete:
                    return DeletePayload.Check(src, at, length);
                case PayloadType.TsInitiator:
                case PayloadType.TsResponder:
                    return TrafficSelectors.Check(src, at, length);
                case PayloadType.Encrypted:
                case PayloadType.EncryptedFragment:
                    return EncryptedPayload.Check(type, src, at, length);
                case PayloadType.Configuration:
                    return ConfigurationPayload.Check(src, at, length);
                case PayloadType.Eap:
                    return WireStatus.WrongPayloads;
                default:
                    return WireStatus.Ok;
            }
        }
    }
}
