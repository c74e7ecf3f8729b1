namespace NfIpsec.Ike.Wire
{
    /// <summary>Which payloads an exchange may carry, how often, and whether in clear: one table, asked before any logic
    /// (RFC 7296 1.2 to 1.4 and appendix C). An exchange has several forms; a message must have exactly one of them.</summary>
    /// <remarks>Payloads of unknown types are passed over unless they are marked critical; the order of payloads is free
    /// (RFC 7296 2.5). IKE_AUTH with EAP and childless IKE_AUTH have no form here.</remarks>
    public static class PayloadRules
    {
        /// <summary>Forms. Init: IKE_SA_INIT. Refusal: notifies alone (an error, or COOKIE). AuthAlone: IKE_AUTH whose child was
        /// refused. Child: CREATE_CHILD_SA with traffic selectors. IkeRekey: without. Sealed, Fragment: SK or SKF.</summary>
        public const int NoShape = 0, Init = 1, Refusal = 2, Auth = 3, AuthAlone = 4, Child = 5, IkeRekey = 6, Informational = 7, Sealed = 8, Fragment = 9;
        public const int AuthRequest = 10;

        private const int Request = 1, Response = 2, Both = 3;
        private const int InClear = 0, Inside = 1;

        // exchange, direction, place, form: the first that fits counts
        private static readonly byte[] s_forms =
        {
            ExchangeType.IkeSaInit, Both, InClear, Init,
            ExchangeType.IkeSaInit, Response, InClear, Refusal,
            ExchangeType.IkeAuth, Both, InClear, Sealed,
            ExchangeType.IkeAuth, Both, InClear, Fragment,
            ExchangeType.IkeAuth, Request, Inside, AuthRequest,
            ExchangeType.IkeAuth, Response, Inside, Auth,
            ExchangeType.IkeAuth, Response, Inside, AuthAlone,
            ExchangeType.IkeAuth, Response, Inside, Refusal,
            ExchangeType.CreateChildSa, Both, InClear, Sealed,
            ExchangeType.CreateChildSa, Both, InClear, Fragment,
            ExchangeType.CreateChildSa, Both, Inside, Child,
            ExchangeType.CreateChildSa, Both, Inside, IkeRekey,
            ExchangeType.CreateChildSa, Response, Inside, Refusal,
            ExchangeType.Informational, Both, InClear, Sealed,
            ExchangeType.Informational, Both, InClear, Fragment,
            ExchangeType.Informational, Both, Inside, Informational,
        };

        private const int Any = WireLimits.MaxPayloads, Certificates = WireLimits.MaxCertificates;

        // form, payload, least, most
        private static readonly byte[] s_rows =
        {
            Init, PayloadType.SecurityAssociation, 1, 1,
            Init, PayloadType.KeyExchange, 1, 1,
            Init, PayloadType.Nonce, 1, 1,
            Init, PayloadType.CertificateRequest, 0, Certificates,
            Init, PayloadType.Notify, 0, Any,
            Init, PayloadType.VendorId, 0, Any,

            Refusal, PayloadType.Notify, 1, Any,
            Refusal, PayloadType.VendorId, 0, Any,

            AuthRequest, PayloadType.IdInitiator, 1, 1,
            AuthRequest, PayloadType.Certificate, 0, Certificates,
            AuthRequest, PayloadType.CertificateRequest, 0, Certificates,
            AuthRequest, PayloadType.IdResponder, 0, 1,
            AuthRequest, PayloadType.Authentication, 1, 1,
            AuthRequest, PayloadType.Configuration, 0, 1,
            AuthRequest, PayloadType.SecurityAssociation, 1, 1,
            AuthRequest, PayloadType.TsInitiator, 1, 1,
            AuthRequest, PayloadType.TsResponder, 1, 1,
            AuthRequest, PayloadType.Notify, 0, Any,
            AuthRequest, PayloadType.VendorId, 0, Any,

            Auth, PayloadType.IdResponder, 1, 1,
            Auth, PayloadType.Certificate, 0, Certificates,
            Auth, PayloadType.Authentication, 1, 1,
            Auth, PayloadType.Configuration, 0, 1,
            Auth, PayloadType.SecurityAssociation, 1, 1,
            Auth, PayloadType.TsInitiator, 1, 1,
            Auth, PayloadType.TsResponder, 1, 1,
            Auth, PayloadType.Notify, 0, Any,
            Auth, PayloadType.VendorId, 0, Any,

            AuthAlone, PayloadType.IdResponder, 1, 1,
            AuthAlone, PayloadType.Certificate, 0, Certificates,
            AuthAlone, PayloadType.Authentication, 1, 1,
            AuthAlone, PayloadType.Configuration, 0, 1,
            AuthAlone, PayloadType.Notify, 1, Any,
            AuthAlone, PayloadType.VendorId, 0, Any,

            Child, PayloadType.SecurityAssociation, 1, 1,
            Child, PayloadType.Nonce, 1, 1,
            Child, PayloadType.KeyExchange, 0, 1,
            Child, PayloadType.TsInitiator, 1, 1,
            Child, PayloadType.TsResponder, 1, 1,
            Child, PayloadType.Configuration, 0, 1,
            Child, PayloadType.Notify, 0, Any,
            Child, PayloadType.VendorId, 0, Any,

            IkeRekey, PayloadType.SecurityAssociation, 1, 1,
            IkeRekey, PayloadType.Nonce, 1, 1,
            IkeRekey, PayloadType.KeyExchange, 1, 1,
            IkeRekey, PayloadType.Notify, 0, Any,
            IkeRekey, PayloadType.VendorId, 0, Any,

            Informational, PayloadType.Notify, 0, Any,
            Informational, PayloadType.Delete, 0, Any,
            Informational, PayloadType.Configuration, 0, 1,
            Informational, PayloadType.VendorId, 0, Any,

            Sealed, PayloadType.Encrypted, 1, 1,
            Fragment, PayloadType.EncryptedFragment, 1, 1,
        };

        /// <summary>Checks what an index holds: critical bits, which payloads, then every body. After Ok the readers of the payloads
        /// cannot fail, and index.Shape tells the form.</summary>
        /// <param name="index">Of the message in clear, or of what SK held.</param>
        /// <param name="exchange">From the header.</param>
        /// <returns>A <see cref="WireStatus"/>; with UnsupportedCritical, index.UnknownCritical is the type to name.</returns>
        public static int Check(PayloadIndex index, int exchange, bool response)
        {
            index.Shape = NoShape;
            if (!ExchangeType.IsKnown(exchange))
            {
                return WireStatus.UnknownExchange;
            }
            bool mayAnswer = index.Inner || exchange == ExchangeType.IkeSaInit;
            if (index.UnknownCritical != 0)
            {
                return mayAnswer ? WireStatus.UnsupportedCritical : WireStatus.Unprotected;
            }
            int shape = FindShape(index, exchange, response ? Response : Request);
            if (shape == NoShape)
            {
                return mayAnswer ? WireStatus.WrongPayloads : WireStatus.Unprotected;
            }
            int status = PayloadBody.CheckAll(index);
            index.Shape = status == WireStatus.Ok ? shape : NoShape;
            return status;
        }

        private static int FindShape(PayloadIndex index, int exchange, int direction)
        {
            int place = index.Inner ? Inside : InClear;
            for (int i = 0; i < s_forms.Length; i += 4)
            {
                if (s_forms[i] == exchange && (s_forms[i + 1] & direction) != 0 && s_forms[i + 2] == place && Fits(index, s_forms[i + 3]))
                {
                    return s_forms[i + 3];
                }
            }
            return NoShape;
        }

        private static bool Fits(PayloadIndex index, int shape)
        {
            int allowed = 0;
            for (int i = 0; i < s_rows.Length; i += 4)
            {
                if (s_rows[i] != shape)
                {
                    continue;
                }
                int count = index.CountOf(s_rows[i + 1]);
                if (count < s_rows[i + 2] || count > s_rows[i + 3])
                {
                    return false;
                }
                allowed += count;
            }
            return allowed == index.Known;
        }
    }
}
