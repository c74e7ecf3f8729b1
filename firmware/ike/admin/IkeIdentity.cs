using System.Text;
using NfIpsec.Base.Address;
using NfIpsec.Ike.Session;
using NfIpsec.X509;

namespace NfIpsec.Ike.Admin
{
    /// <summary>An identity as IKE sends it (RFC 7296 3.5): a type and its bytes. In text "ipv4:10.0.0.1", "ipv6:...",
    /// "fqdn:...", "email:...", "keyid:...", "asn1dn:C=DE,CN=..." (also "asnlbn:").</summary>
    /// <remarks>As it is configured, a Name is its text, and an empty one means the certificate's own subject; in messages it is
    /// DER.</remarks>
    public sealed class IkeIdentity
    {
        public const int Ipv4 = 1, Fqdn = 2, Email = 3, Ipv6 = 5, Dn = 9, KeyId = 11;

        /// <summary>RFC 7619 2.2: nobody in particular; never configured.</summary>
        public const int Null = 13;

        private const string Expected = "': expected ipv4:, ipv6:, fqdn:, email:, keyid: or asn1dn: and a value";

        public readonly int Type;
        public readonly byte[] Data;

        public IkeIdentity(int type, byte[] data)
        {
            Type = type;
            Data = data;
        }

        /// <summary>null when the text is no identity; <paramref name="error"/> then names it and what was expected.</summary>
        public static IkeIdentity Parse(string text, out string error)
        {
            error = null;
            int colon = text == null ? -1 : text.IndexOf(':');
            string value = colon < 0 ? "" : text.Substring(colon + 1);
            int type = colon < 0 ? 0 : TypeOf(text.Substring(0, colon).ToLower());
            byte[] data = type == 0 || (value.Length == 0 && type != Dn) || value.Length > IkeLimits.MaxIdentity ? null : Bytes(type, value);
            if (data == null || data.Length > IkeLimits.MaxIdentity)
            {
                error = "identity '" + text + Expected;
                return null;
            }
            return new IkeIdentity(type, data);
        }

        /// <summary>The identity that an address is.</summary>
        public static IkeIdentity FromAddress(IpAddress address)
        {
            return new IkeIdentity(address.Version == 4 ? Ipv4 : Ipv6, AddressBytes(address));
        }

        private static int TypeOf(string prefix)
        {
            switch (prefix)
            {
                case "ipv4":
                    return Ipv4;
                case "ipv6":
                    return Ipv6;
                case "fqdn":
                    return Fqdn;
                case "email":
                    return Email;
                case "keyid":
                    return KeyId;
                case "asn1dn":
                case "asnlbn":
                    return Dn;
                default:
                    return 0;
            }
        }

        private static byte[] Bytes(int type, string value)
        {
            if (type != Ipv4 && type != Ipv6)
            {
                return Encoding.UTF8.GetBytes(value);
            }
            IpAddress address = IpAddress.Parse(value);
            return address == null || address.Version != (type == Ipv4 ? 4 : 6) ? null : AddressBytes(address);
        }

        private static byte[] AddressBytes(IpAddress address)
        {
            byte[] bytes = new byte[address.Version == 4 ? 4 : 16];
            address.ToBytes(bytes, 0);
            return bytes;
        }

        /// <summary>The identity of a message is this configured one.</summary>
        public bool Same(int type, byte[] bytes, int offset, int length)
        {
            if (type != Dn || Type != Dn)
            {
                return SameBytes(type, bytes, offset, length);
            }
            string text = DistinguishedName.Text(bytes, offset, length);
            return text != null && (Data.Length == 0 || DistinguishedName.IsText(Encoding.UTF8.GetString(Data, 0, Data.Length), text));
        }

        /// <summary>Names and addresses are public: no constant time.</summary>
        public bool SameBytes(int type, byte[] bytes, int offset, int length)
        {
            if (type != Type || length != Data.Length)
            {
                return false;
            }
            for (int i = 0; i < length; i++)
            {
                if (bytes[offset + i] != Data[i])
                {
                    return false;
                }
            }
            return true;
        }

        /// <summary>The form that <see cref="Parse"/> takes.</summary>
        public override string ToString()
        {
            return Type == Dn ? "asn1dn:" + Encoding.UTF8.GetString(Data, 0, Data.Length) : Format(Type, Data, 0, Data.Length);
        }

        /// <summary>An identity in a message as text fit for a log: what is not printable becomes a dot.</summary>
        public static string Format(int type, byte[] bytes, int offset, int length)
        {
            if ((type == Ipv4 && length == 4) || (type == Ipv6 && length == 16))
            {
                return (type == Ipv4 ? "ipv4:" : "ipv6:") + IpAddress.FromBytes(bytes, offset, type == Ipv4 ? 4 : 6).ToString();
            }
            if (type == Dn)
            {
                string name = DistinguishedName.Text(bytes, offset, length);
                return "asn1dn:" + (name != null ? name : "(no Name)");
            }
            if (type == Null)
            {
                return "nobody (ID_NULL)";
            }
            string prefix = type == Fqdn ? "fqdn:" : type == Email ? "email:" : type == KeyId ? "keyid:" : "type " + type.ToString() + ":";
            char[] text = new char[length < IkeLimits.MaxIdentity ? length : IkeLimits.MaxIdentity];
            for (int i = 0; i < text.Length; i++)
            {
                byte one = bytes[offset + i];
                text[i] = one > 32 && one < 127 ? (char)one : '.';
            }
            return prefix + new string(text);
        }
    }
}
