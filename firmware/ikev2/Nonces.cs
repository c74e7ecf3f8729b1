namespace NfIpsec.Ikev2
{
    /// <summary>Which of two exchanges that rekeyed the same SA is the redundant one: the one with the lowest of the four nonces (RFC 7296
    /// 2.8.1).</summary>
    internal static class Nonces
    {
        /// <summary>Octet by octet from the first; one that ends first is the lower.</summary>
        internal static bool IsLower(byte[] a, byte[] b)
        {
            for (int i = 0; i < a.Length && i < b.Length; i++)
            {
                if (a[i] != b[i])
                {
                    return a[i] < b[i];
                }
            }
            return a.Length < b.Length;
        }

        /// <summary>The lower one of an exchange.</summary>
        internal static byte[] Lower(byte[] a, byte[] b)
        {
            return IsLower(b, a) ? b : a;
        }
    }
}
