namespace NfIpsec.Lab;

/// <summary>One pair of algorithms under the names each party has for it.</summary>
public sealed record Suite(string Cipher, string Auth, int CipherKey, int AuthKey, string ScapyCipher, string ScapyAuth, bool Legacy)
{
    public static readonly Suite Aes = new("AES128-CBC", "HMAC-SHA-2-256", 16, 32, "AES-CBC", "SHA2-256-128", false);
    public static readonly Suite TripleDes = new("3DES-CBC", "HMAC-SHA-2-384", 24, 48, "3DES", "SHA2-384-192", true);

    public override string ToString() => Cipher + "/" + Auth;
}
