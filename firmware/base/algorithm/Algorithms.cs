namespace NfIpsec.Base.Algorithm
{
    /// <summary>The one table of algorithms: names, numbers of the standards, sizes, native ids. An algorithm is a row number here;
    /// a lookup allocates nothing and answers -1 for what the table does not hold.</summary>
    /// <remarks>IKEv2 numbers: RFC 7296 3.3.2 and IANA. IKEv1: RFC 2407 4.4.4 and 4.5 (ESP), RFC 2409 appendix A (phase 1).</remarks>
    public static class Algorithms
    {
        public const int Null = 0, Aes128Cbc = 1, Aes192Cbc = 2, Aes256Cbc = 3, Aes128Gcm16 = 4, Aes192Gcm16 = 5, Aes256Gcm16 = 6, TripleDesCbc = 7;
        public const int HmacSha1 = 8, HmacSha256 = 9, HmacSha384 = 10, HmacSha512 = 11;
        public const int PrfHmacSha1 = 12, PrfHmacSha256 = 13, PrfHmacSha384 = 14, PrfHmacSha512 = 15;
        public const int Modp768 = 16, Modp2048 = 17, Modp3072 = 18, Modp4096 = 19, Ecp256 = 20, Ecp384 = 21, Curve25519 = 22;
        public const int Count = 23;

        public const int None = -1;

        /// <summary>Kinds of row. Prf: the key is as long as the output (RFC 7296 2.13). Group: of Diffie-Hellman, by size; its
        /// native id is its IKE number.</summary>
        public const int Encryption = 1, Integrity = 2, Prf = 3, Group = 4;

        /// <summary>Bits of <see cref="Traits"/>. Legacy: off unless "ipsec legacy on". Aead: needs no integrity algorithm beside it.
        /// Counter: a repeated nonce gives the key away, so never with manual keys (RFC 8221 section 3).</summary>
        public const int Legacy = 1, Aead = 2, Counter = 4;

        /// <summary>Length of the integrity check value when SP_AUTH_SHA2_ICV_SHORT is set, bytes.</summary>
        public const int ShortIcv = 12;

        private static readonly string[] s_names =
        {
            "NULL_ENC", "AES128-CBC", "AES192-CBC", "AES256-CBC", "AES128-GCM16", "AES192-GCM16", "AES256-GCM16", "3DES-CBC",
            "HMAC-SHA-1", "HMAC-SHA-2-256", "HMAC-SHA-2-384", "HMAC-SHA-2-512",
            "HMAC-SHA-1", "HMAC-SHA-2-256", "HMAC-SHA-2-384", "HMAC-SHA-2-512",
            "MODP768", "MODP2048", "MODP3072", "MODP4096", "ECP256", "ECP384", "CURVE25519"
        };

        // As ipsec netstat prints them.
        private static readonly string[] s_shortNames =
        {
            "NULL", "AES", "AES", "AES", "AES-GCM", "AES-GCM", "AES-GCM", "3DES", "SHA1", "SHA256", "SHA384", "SHA512",
            "SHA1", "SHA256", "SHA384", "SHA512", "MODP768", "MODP2048", "MODP3072", "MODP4096", "ECP256", "ECP384", "X25519"
        };

        private static readonly string[] s_aliases =
        {
            "NULL", "AES128", "AES192", "AES256", "AES128-GCM", "AES192-GCM", "AES256-GCM", "3DES",
            "SHA", "SHA1", "HMAC-SHA1", "SHA256", "HMAC-SHA256", "SHA384", "HMAC-SHA384", "SHA512", "HMAC-SHA512",
            "SHA", "SHA1", "HMAC-SHA1", "SHA256", "HMAC-SHA256", "SHA384", "HMAC-SHA384", "SHA512", "HMAC-SHA512", "X25519"
        };

        private static readonly int[] s_aliasRow =
        {
            0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 12, 13, 13, 14, 14, 15, 15, 22
        };

        //                                           NULL a128 a192 a256 g128 g192 g256 3DES sha1 s256 s384 s512 p1   p256 p384 p512 m768 m2k  m3k  m4k  e256 e384 x255
        private static readonly int[] s_kind =       { 1,   1,   1,   1,   1,   1,   1,   1,   2,   2,   2,   2,   3,   3,   3,   3,   4,   4,   4,   4,   4,   4,   4 };
        private static readonly int[] s_traits =     { 0,   0,   0,   0,   6,   6,   6,   1,   0,   0,   0,   0,   0,   0,   0,   0,   1,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_ikev2 =      { 11,  12,  12,  12,  20,  20,  20,  3,   2,   12,  13,  14,   2,   5,   6,   7,   1,   14,  15,  16,  19,  20,  31 };
        private static readonly int[] s_ikev1Esp =   { 11,  12,  12,  12,  20,  20,  20,  3,   2,   5,   6,   7,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_ikev1Phase1 = { 0,  7,   7,   7,   0,   0,   0,   5,   2,   4,   5,   6,   2,   4,   5,   6,   1,   14,  15,  16,  19,  20,  0 };
        private static readonly int[] s_keyBytes =   { 0,   16,  24,  32,  16,  24,  32,  24,  20,  32,  48,  64,   20,  32,  48,  64,  0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_saltBytes =  { 0,   0,   0,   0,   4,   4,   4,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_ivBytes =    { 0,   16,  16,  16,  8,   8,   8,   8,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_blockBytes = { 1,   16,  16,  16,  1,   1,   1,   8,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_icvBytes =   { 0,   0,   0,   0,   16,  16,  16,  0,   12,  16,  24,  32,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0 };
        private static readonly int[] s_native =     { 0,   1,   1,   1,   16,  16,  16,  2,   2,   3,   4,   5,   2,   3,   4,   5,   1,   14,  15,  16,  19,  20,  31 };

        /// <summary>Canonical name, as configuration is written and read.</summary>
        public static string Name(int row)
        {
            return s_names[row];
        }

        /// <summary>Name in the session display.</summary>
        public static string ShortName(int row)
        {
            return s_shortNames[row];
        }

        public static int Kind(int row)
        {
            return s_kind[row];
        }

        public static int Traits(int row)
        {
            return s_traits[row];
        }

        public static bool IsLegacy(int row)
        {
            return (s_traits[row] & Legacy) != 0;
        }

        public static bool IsAead(int row)
        {
            return (s_traits[row] & Aead) != 0;
        }

        public static bool IsCounter(int row)
        {
            return (s_traits[row] & Counter) != 0;
        }

        /// <summary>ENCR_, AUTH_, PRF_ or group transform id; for the first two also the number that the management API takes.</summary>
        public static int Ikev2Number(int row)
        {
            return s_ikev2[row];
        }

        /// <summary>ESP transform id, or authentication algorithm attribute value.</summary>
        public static int Ikev1EspNumber(int row)
        {
            return s_ikev1Esp[row];
        }

        /// <summary>Encryption or hash attribute value of phase 1; 0 where IKEv1 has none.</summary>
        public static int Ikev1Phase1Number(int row)
        {
            return s_ikev1Phase1[row];
        }

        /// <summary>Key without salt, bytes; of a PRF also its output.</summary>
        public static int KeyBytes(int row)
        {
            return s_keyBytes[row];
        }

        /// <summary>Salt that follows the key in keying material (RFC 4106 8.1), bytes.</summary>
        public static int SaltBytes(int row)
        {
            return s_saltBytes[row];
        }

        /// <summary>Initialisation vector on the wire, bytes.</summary>
        public static int IvBytes(int row)
        {
            return s_ivBytes[row];
        }

        /// <summary>What the plaintext is padded to, before ESP's own four-byte rule, bytes.</summary>
        public static int BlockBytes(int row)
        {
            return s_blockBytes[row];
        }

        /// <summary>Integrity check value on the wire, bytes: of an integrity algorithm, or of an AEAD itself.</summary>
        public static int IcvBytes(int row)
        {
            return s_icvBytes[row];
        }

        /// <summary>The same under SP_AUTH_SHA2_ICV_SHORT, which shortens the HMAC-SHA-2 family only.</summary>
        public static int IcvBytes(int row, bool shortIcv)
        {
            return shortIcv && s_kind[row] == Integrity ? ShortIcv : s_icvBytes[row];
        }

        /// <summary>The NFI_ id of the native crypto (crypto-native/include/nfi_crypto.h).</summary>
        public static int NativeId(int row)
        {
            return s_native[row];
        }

        /// <summary>The row with that canonical name or alias, in any case, or -1.</summary>
        public static int Find(int kind, string name)
        {
            if (name == null)
            {
                return None;
            }
            string wanted = name.ToUpper();
            for (int row = 0; row < Count; row++)
            {
                if (s_kind[row] == kind && s_names[row] == wanted)
                {
                    return row;
                }
            }
            return FindAlias(kind, wanted);
        }

        private static int FindAlias(int kind, string wanted)
        {
            for (int i = 0; i < s_aliases.Length; i++)
            {
                if (s_aliases[i] == wanted && s_kind[s_aliasRow[i]] == kind)
                {
                    return s_aliasRow[i];
                }
            }
            return None;
        }

        /// <summary>The row with that IKEv2 number and key length in bytes (salt not counted), or -1.</summary>
        public static int FindNumber(int kind, int ikev2Number, int keyBytes)
        {
            for (int row = 0; row < Count; row++)
            {
                if (s_kind[row] == kind && s_ikev2[row] == ikev2Number && s_keyBytes[row] == keyBytes)
                {
                    return row;
                }
            }
            return None;
        }

        /// <summary>True when some row has that number, whatever its key length: to tell an unknown algorithm from a wrong key.</summary>
        public static bool HasNumber(int kind, int ikev2Number)
        {
            for (int row = 0; row < Count; row++)
            {
                if (s_kind[row] == kind && s_ikev2[row] == ikev2Number)
                {
                    return true;
                }
            }
            return false;
        }
    }
}
