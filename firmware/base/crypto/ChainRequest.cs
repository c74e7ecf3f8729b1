using NfIpsec.Base.Bytes;

namespace NfIpsec.Base.Crypto
{
    /// <summary>The input of a chain check: time, policy, and what a path may be made of.
    /// <code>
    /// | seconds since 1970 8 | flags 4 | { depth 3, role 1 | handle 4 } ...
    /// </code></summary>
    /// <remarks>The C face is NFI_JOB_CHAIN in crypto-native/include/nfi_crypto.h.</remarks>
    public sealed class ChainRequest
    {
        /// <summary>Flags. AnyTime: validity is not judged. Legacy: RSA from 1024 bits on, SHA-1. StrictCrl: each link of the path needs a
        /// fresh CRL.</summary>
        public const int AnyTime = 1, Legacy = 2, StrictCrl = 4;

        private const int RoleLink = 1, RoleAnchor = 2, RoleCrl = 3;
        private const int Head = 12, Entry = 8;

        public readonly byte[] Bytes = new byte[Head + Limits.MaxChain * Entry];
        public int Length;

        /// <param name="seconds">Since 1970 UTC; not looked at with AnyTime.</param>
        public ChainRequest(long seconds, int flags)
        {
            BigEndian.Write32(Bytes, 0, (int)(seconds >> 32));
            BigEndian.Write32(Bytes, 4, (int)seconds);
            BigEndian.Write32(Bytes, 8, flags);
            Length = Head;
        }

        /// <summary>A certificate that may stand between. Each of these is false when there is no room.</summary>
        public bool AddLink(Certificate certificate)
        {
            return Add(RoleLink, certificate.Handle);
        }

        /// <param name="depth">How many certificates may stand below it.</param>
        public bool AddAnchor(Certificate certificate, int depth)
        {
            return Add(RoleAnchor | depth << 8, certificate.Handle);
        }

        public bool AddCrl(RevocationList crl)
        {
            return Add(RoleCrl, crl.Handle);
        }

        private bool Add(int role, int handle)
        {
            if (Length == Bytes.Length)
            {
                return false;
            }
            BigEndian.Write32(Bytes, Length, role);
            BigEndian.Write32(Bytes, Length + 4, handle);
            Length += Entry;
            return true;
        }
    }
}
