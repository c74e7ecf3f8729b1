namespace NfIpsec.Base.Algorithm
{
    /// <summary>The one table of algorithms: names, numbers of the standards, sizes, native ids. An algorithm is a row number here;
    /// a lookup allocates nothing and answers -1 for what the table does not hold.</summary>
    /// <remarks>IKEv2 numbers: RFC 7296 3.3.2 and IANA. IKEv1: RFC 2407 4.4.4 and 4.5.</remarks>
    public static class Algorithms
    {
        public const int Null = 0;
        public const int Aes128Cbc = 1, Aes192Cbc = 2, Aes256Cbc = 3;
        public const int Aes128Ctr = 4, Aes192Ctr = 5, Aes256Ctr = 6;
        public const int Aes128Gcm8 = 7, Aes192Gcm8 = 8, Aes256Gcm8 = 9, Aes128Gcm12 = 10, Aes192Gcm12 = 11, Aes256Gcm12 = 12, Aes128Gcm16 = 13, Aes192Gcm16 = 14, Aes256Gcm16 = 15;
        public const int Aes128Ccm8 = 16, Aes192Ccm8 = 17, Aes256Ccm8 = 18, Aes128Ccm12 = 19, Aes192Ccm12 = 20, Aes256Ccm12 = 21, Aes128Ccm16 = 22, Aes192Ccm16 = 23, Aes256Ccm16 = 24;
        public const int ChaCha20Poly1305 = 25;
        public const int Aes128Gmac = 26, Aes192Gmac = 27, Aes256Gmac = 28;
        public const int TripleDesCbc = 29, DesCbc = 30;
        public const int HmacMd5 = 31, HmacSha1 = 32, HmacSha256 = 33, HmacSha384 = 34, HmacSha512 = 35, AesXcbc = 36, AesCmac = 37, AhAes128Gmac = 38, AhAes192Gmac = 39;
        public const int AhAes256Gmac = 40;
        public const int PrfHmacMd5 = 41, PrfHmacSha1 = 42, PrfHmacSha256 = 43, PrfHmacSha384 = 44, PrfHmacSha512 = 45, PrfAesXcbc = 46, PrfAesCmac = 47;
        public const int Modp768 = 48, Modp1024 = 49, Modp1536 = 50, Modp2048 = 51, Modp3072 = 52, Modp4096 = 53, Modp6144 = 54, Modp8192 = 55, Ecp256 = 56;
        public const int Ecp384 = 57, Ecp521 = 58, Curve25519 = 59;
        public const int Count = 60;

        public const int None = -1;

        /// <summary>Kinds of row. Prf: the key it prefers is as long as the output (RFC 7296 2.13). Group: of Diffie-Hellman, by size; its
        /// native id is its IKE number.</summary>
        public const int Encryption = 1, Integrity = 2, Prf = 3, Group = 4;

        /// <summary>Bits of <see cref="Traits"/>. Legacy: off unless "ipsec legacy on". Aead: needs no integrity algorithm beside it.
        /// Counter: a repeated nonce gives the key away, so never with manual keys (RFC 8221 section 3). OneKeyLength: of ciphers, a proposal
        /// does not name its length (RFC 7296 3.3.5).</summary>
        public const int Legacy = 1, Aead = 2, Counter = 4, OneKeyLength = 8;

        /// <summary>More of them. PacketsOnly: not for IKE's own messages. LegacyInIke: there off like the legacy ones. AhOnly: RFC 4543 5.3.
        /// ShortNonces: SKEYSEED takes 64 bits of each nonce (RFC 7296 2.14).</summary>
        public const int PacketsOnly = 16, LegacyInIke = 32, AhOnly = 64, ShortNonces = 128;

        /// <summary>Length of the integrity check value when SP_AUTH_SHA2_ICV_SHORT is set, bytes.</summary>
        public const int ShortIcv = 12;

        // Columns of s_rows.
        private const int KindAt = 0, TraitsAt = 1, Ikev2At = 2, EspAt = 3, KeyAt = 4, SaltAt = 5, IvAt = 6, BlockAt = 7, IcvAt = 8, NativeAt = 9;
        private const int Columns = 10;

        // One row a line. The first two numbers are those of IKEv2 and of ESP in IKEv1; then bytes; then the native id.
        private static readonly byte[] s_rows =
        {
            // kind, traits                                         v2  esp  key salt   iv  blk  icv  nat
            Encryption, OneKeyLength | LegacyInIke,               11,  11,   0,   0,   0,   1,   0,   0,  // NULL_ENC
            Encryption, 0,                                        12,  12,  16,   0,  16,  16,   0,   1,  // AES128-CBC
            Encryption, 0,                                        12,  12,  24,   0,  16,  16,   0,   1,  // AES192-CBC
            Encryption, 0,                                        12,  12,  32,   0,  16,  16,   0,   1,  // AES256-CBC
            Encryption, Counter,                                  13,  13,  16,   4,   8,   1,   0,   4,  // AES128-CTR
            Encryption, Counter,                                  13,  13,  24,   4,   8,   1,   0,   4,  // AES192-CTR
            Encryption, Counter,                                  13,  13,  32,   4,   8,   1,   0,   4,  // AES256-CTR
            Encryption, Aead | Counter,                           18,  18,  16,   4,   8,   1,   8,  16,  // AES128-GCM8
            Encryption, Aead | Counter,                           18,  18,  24,   4,   8,   1,   8,  16,  // AES192-GCM8
            Encryption, Aead | Counter,                           18,  18,  32,   4,   8,   1,   8,  16,  // AES256-GCM8
            Encryption, Aead | Counter,                           19,  19,  16,   4,   8,   1,  12,  16,  // AES128-GCM12
            Encryption, Aead | Counter,                           19,  19,  24,   4,   8,   1,  12,  16,  // AES192-GCM12
            Encryption, Aead | Counter,                           19,  19,  32,   4,   8,   1,  12,  16,  // AES256-GCM12
            Encryption, Aead | Counter,                           20,  20,  16,   4,   8,   1,  16,  16,  // AES128-GCM16
            Encryption, Aead | Counter,                           20,  20,  24,   4,   8,   1,  16,  16,  // AES192-GCM16
            Encryption, Aead | Counter,                           20,  20,  32,   4,   8,   1,  16,  16,  // AES256-GCM16
            Encryption, Aead | Counter,                           14,  14,  16,   3,   8,   1,   8,  17,  // AES128-CCM8
            Encryption, Aead | Counter,                           14,  14,  24,   3,   8,   1,   8,  17,  // AES192-CCM8
            Encryption, Aead | Counter,                           14,  14,  32,   3,   8,   1,   8,  17,  // AES256-CCM8
            Encryption, Aead | Counter,                           15,  15,  16,   3,   8,   1,  12,  17,  // AES128-CCM12
            Encryption, Aead | Counter,                           15,  15,  24,   3,   8,   1,  12,  17,  // AES192-CCM12
            Encryption, Aead | Counter,                           15,  15,  32,   3,   8,   1,  12,  17,  // AES256-CCM12
            Encryption, Aead | Counter,                           16,  16,  16,   3,   8,   1,  16,  17,  // AES128-CCM16
            Encryption, Aead | Counter,                           16,  16,  24,   3,   8,   1,  16,  17,  // AES192-CCM16
            Encryption, Aead | Counter,                           16,  16,  32,   3,   8,   1,  16,  17,  // AES256-CCM16
            Encryption, Aead | Counter | OneKeyLength,            28,   0,  32,   4,   8,   1,  16,  18,  // CHACHA20-POLY1305
            Encryption, Aead | Counter | PacketsOnly,             21,  23,  16,   4,   8,   1,  16,  19,  // AES128-GMAC
            Encryption, Aead | Counter | PacketsOnly,             21,  23,  24,   4,   8,   1,  16,  19,  // AES192-GMAC
            Encryption, Aead | Counter | PacketsOnly,             21,  23,  32,   4,   8,   1,  16,  19,  // AES256-GMAC
            Encryption, Legacy | OneKeyLength,                     3,   3,  24,   0,   8,   8,   0,   2,  // 3DES-CBC
            Encryption, Legacy | OneKeyLength,                     2,   2,   8,   0,   8,   8,   0,   3,  // DES-CBC
            Integrity, Legacy,                                     1,   1,  16,   0,   0,   0,  12,   1,  // HMAC-MD5
            Integrity, 0,                                          2,   2,  20,   0,   0,   0,  12,   2,  // HMAC-SHA-1
            Integrity, 0,                                         12,   5,  32,   0,   0,   0,  16,   3,  // HMAC-SHA-2-256
            Integrity, 0,                                         13,   6,  48,   0,   0,   0,  24,   4,  // HMAC-SHA-2-384
            Integrity, 0,                                         14,   7,  64,   0,   0,   0,  32,   5,  // HMAC-SHA-2-512
            Integrity, 0,                                          5,   9,  16,   0,   0,   0,  12,   6,  // AES-XCBC
            Integrity, 0,                                          8,   0,  16,   0,   0,   0,  12,   7,  // AES-CMAC
            Integrity, Counter | PacketsOnly | AhOnly,             9,  11,  16,   4,   8,   0,  16,   8,  // AES128-GMAC
            Integrity, Counter | PacketsOnly | AhOnly,            10,  12,  24,   4,   8,   0,  16,   8,  // AES192-GMAC
            Integrity, Counter | PacketsOnly | AhOnly,            11,  13,  32,   4,   8,   0,  16,   8,  // AES256-GMAC
            Prf, Legacy,                                           1,   0,  16,   0,   0,   0,   0,   1,  // HMAC-MD5
            Prf, 0,                                                2,   0,  20,   0,   0,   0,   0,   2,  // HMAC-SHA-1
            Prf, 0,                                                5,   0,  32,   0,   0,   0,   0,   3,  // HMAC-SHA-2-256
            Prf, 0,                                                6,   0,  48,   0,   0,   0,   0,   4,  // HMAC-SHA-2-384
            Prf, 0,                                                7,   0,  64,   0,   0,   0,   0,   5,  // HMAC-SHA-2-512
            Prf, ShortNonces,                                      4,   0,  16,   0,   0,   0,   0,   6,  // AES-XCBC
            Prf, ShortNonces,                                      8,   0,  16,   0,   0,   0,   0,   7,  // AES-CMAC
            Group, Legacy,                                         1,   0,   0,   0,   0,   0,   0,   1,  // MODP768
            Group, Legacy,                                         2,   0,   0,   0,   0,   0,   0,   2,  // MODP1024
            Group, Legacy,                                         5,   0,   0,   0,   0,   0,   0,   5,  // MODP1536
            Group, 0,                                             14,   0,   0,   0,   0,   0,   0,  14,  // MODP2048
            Group, 0,                                             15,   0,   0,   0,   0,   0,   0,  15,  // MODP3072
            Group, 0,                                             16,   0,   0,   0,   0,   0,   0,  16,  // MODP4096
            Group, 0,                                             17,   0,   0,   0,   0,   0,   0,  17,  // MODP6144
            Group, 0,                                             18,   0,   0,   0,   0,   0,   0,  18,  // MODP8192
            Group, 0,                                             19,   0,   0,   0,   0,   0,   0,  19,  // ECP256
            Group, 0,                                             20,   0,   0,   0,   0,   0,   0,  20,  // ECP384
            Group, 0,                                             21,   0,   0,   0,   0,   0,   0,  21,  // ECP521
            Group, 0,                                             31,   0,   0,   0,   0,   0,   0,  31,  // CURVE25519
        };

        // Canonical name, and what ipsec netstat prints; in the order of the rows.
        private static readonly string[] s_names =
        {
            "NULL_ENC", "NULL", "AES128-CBC", "AES", "AES192-CBC", "AES", "AES256-CBC", "AES",
            "AES128-CTR", "AES-CTR", "AES192-CTR", "AES-CTR", "AES256-CTR", "AES-CTR", "AES128-GCM8", "AES-GCM",
            "AES192-GCM8", "AES-GCM", "AES256-GCM8", "AES-GCM", "AES128-GCM12", "AES-GCM", "AES192-GCM12", "AES-GCM",
            "AES256-GCM12", "AES-GCM", "AES128-GCM16", "AES-GCM", "AES192-GCM16", "AES-GCM", "AES256-GCM16", "AES-GCM",
            "AES128-CCM8", "AES-CCM", "AES192-CCM8", "AES-CCM", "AES256-CCM8", "AES-CCM", "AES128-CCM12", "AES-CCM",
            "AES192-CCM12", "AES-CCM", "AES256-CCM12", "AES-CCM", "AES128-CCM16", "AES-CCM", "AES192-CCM16", "AES-CCM",
            "AES256-CCM16", "AES-CCM", "CHACHA20-POLY1305", "CHACHA20", "AES128-GMAC", "AES-GMAC", "AES192-GMAC", "AES-GMAC",
            "AES256-GMAC", "AES-GMAC", "3DES-CBC", "3DES", "DES-CBC", "DES", "HMAC-MD5", "MD5",
            "HMAC-SHA-1", "SHA1", "HMAC-SHA-2-256", "SHA256", "HMAC-SHA-2-384", "SHA384", "HMAC-SHA-2-512", "SHA512",
            "AES-XCBC", "XCBC", "AES-CMAC", "CMAC", "AES128-GMAC", "AES-GMAC", "AES192-GMAC", "AES-GMAC",
            "AES256-GMAC", "AES-GMAC", "HMAC-MD5", "MD5", "HMAC-SHA-1", "SHA1", "HMAC-SHA-2-256", "SHA256",
            "HMAC-SHA-2-384", "SHA384", "HMAC-SHA-2-512", "SHA512", "AES-XCBC", "XCBC", "AES-CMAC", "CMAC",
            "MODP768", "MODP768", "MODP1024", "MODP1024", "MODP1536", "MODP1536", "MODP2048", "MODP2048",
            "MODP3072", "MODP3072", "MODP4096", "MODP4096", "MODP6144", "MODP6144", "MODP8192", "MODP8192",
            "ECP256", "ECP256", "ECP384", "ECP384", "ECP521", "ECP521", "CURVE25519", "X25519",
        };

        // Another spelling, and whose it is, of whatever kind.
        private static readonly string[] s_aliases =
        {
            "NULL", "NULL_ENC", "AES128", "AES128-CBC", "AES192", "AES192-CBC", "AES256", "AES256-CBC", "AES128-GCM", "AES128-GCM16",
            "AES192-GCM", "AES192-GCM16", "AES256-GCM", "AES256-GCM16", "AES128-CCM", "AES128-CCM16", "AES192-CCM", "AES192-CCM16", "AES256-CCM", "AES256-CCM16",
            "CHACHA20", "CHACHA20-POLY1305", "3DES", "3DES-CBC", "DES", "DES-CBC", "MD5", "HMAC-MD5", "SHA", "HMAC-SHA-1",
            "SHA1", "HMAC-SHA-1", "HMAC-SHA1", "HMAC-SHA-1", "SHA256", "HMAC-SHA-2-256", "HMAC-SHA256", "HMAC-SHA-2-256", "SHA384", "HMAC-SHA-2-384",
            "HMAC-SHA384", "HMAC-SHA-2-384", "SHA512", "HMAC-SHA-2-512", "HMAC-SHA512", "HMAC-SHA-2-512", "XCBC", "AES-XCBC", "CMAC", "AES-CMAC",
            "X25519", "CURVE25519",
        };

        private static int Cell(int row, int column)
        {
            return s_rows[row * Columns + column];
        }

        /// <summary>Canonical name, as configuration is written and read.</summary>
        public static string Name(int row)
        {
            return s_names[2 * row];
        }

        /// <summary>Name in the session display.</summary>
        public static string ShortName(int row)
        {
            return s_names[2 * row + 1];
        }

        public static int Kind(int row)
        {
            return Cell(row, KindAt);
        }

        public static int Traits(int row)
        {
            return Cell(row, TraitsAt);
        }

        public static bool IsLegacy(int row)
        {
            return Has(row, Legacy);
        }

        public static bool IsAead(int row)
        {
            return Has(row, Aead);
        }

        public static bool IsCounter(int row)
        {
            return Has(row, Counter);
        }

        public static bool Has(int row, int trait)
        {
            return (Cell(row, TraitsAt) & trait) != 0;
        }

        /// <summary>ENCR_, AUTH_, PRF_ or group transform id; for the first two also the number that the management API takes.</summary>
        public static int Ikev2Number(int row)
        {
            return Cell(row, Ikev2At);
        }

        /// <summary>Bits of the key as a proposal names them; 0 where there is one length only (RFC 7296 3.3.5).</summary>
        public static int ProposedKeyBits(int row)
        {
            return Kind(row) != Encryption || Has(row, OneKeyLength) ? 0 : Cell(row, KeyAt) * 8;
        }

        /// <summary>ESP transform id, or authentication algorithm attribute value; 0 where IKEv1 has none.</summary>
        public static int Ikev1EspNumber(int row)
        {
            return Cell(row, EspAt);
        }

        /// <summary>Key without salt, bytes; of a PRF also its output.</summary>
        public static int KeyBytes(int row)
        {
            return Cell(row, KeyAt);
        }

        /// <summary>Salt that follows the key in keying material (RFC 4106 8.1), bytes.</summary>
        public static int SaltBytes(int row)
        {
            return Cell(row, SaltAt);
        }

        /// <summary>Initialisation vector on the wire, bytes; AH's GMAC has it ahead of the ICV (RFC 4543 4).</summary>
        public static int IvBytes(int row)
        {
            return Cell(row, IvAt);
        }

        /// <summary>What the plaintext is padded to, before ESP's own four-byte rule, bytes.</summary>
        public static int BlockBytes(int row)
        {
            return Cell(row, BlockAt);
        }

        /// <summary>Integrity check value on the wire, bytes: of an integrity algorithm, or of an AEAD itself.</summary>
        public static int IcvBytes(int row)
        {
            return Cell(row, IcvAt);
        }

        /// <summary>The same under SP_AUTH_SHA2_ICV_SHORT, which shortens the HMAC-SHA-2 family only.</summary>
        public static int IcvBytes(int row, bool shortIcv)
        {
            return shortIcv && row >= HmacSha256 && row <= HmacSha512 ? ShortIcv : Cell(row, IcvAt);
        }

        /// <summary>The NFI_ id of the native crypto (crypto-native/include/nfi_crypto.h).</summary>
        public static int NativeId(int row)
        {
            return Cell(row, NativeAt);
        }

        /// <summary>The row with that canonical name or alias, in any case, or -1.</summary>
        public static int Find(int kind, string name)
        {
            if (name == null)
            {
                return None;
            }
            string wanted = name.ToUpper();
            for (int i = 0; i < s_aliases.Length; i += 2)
            {
                wanted = s_aliases[i] == wanted ? s_aliases[i + 1] : wanted;
            }
            for (int row = 0; row < Count; row++)
            {
                if (Cell(row, KindAt) == kind && s_names[2 * row] == wanted)
                {
                    return row;
                }
            }
            return None;
        }

        /// <summary>The row with that IKEv2 number and key length in bytes (salt not counted), or -1.</summary>
        public static int FindNumber(int kind, int ikev2Number, int keyBytes)
        {
            for (int row = 0; row < Count; row++)
            {
                if (Cell(row, KindAt) == kind && Cell(row, Ikev2At) == ikev2Number && Cell(row, KeyAt) == keyBytes)
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
                if (Cell(row, KindAt) == kind && Cell(row, Ikev2At) == ikev2Number)
                {
                    return true;
                }
            }
            return false;
        }
    }
}
