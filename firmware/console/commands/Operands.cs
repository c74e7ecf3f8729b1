using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Console.Grammar;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>Values of options and operands. What is wrong is said at once, with the option, the text and what was expected.</summary>
    public static class Operands
    {
        public const int Bad = -1;

        /// <summary>The operand as address words, or null.</summary>
        public static int[] Address(Parsed parsed, int operand, Answer answer)
        {
            IpAddress address = IpAddress.Parse(parsed.Operand(operand));
            if (address == null || address.IsUnspecified)
            {
                answer.Error(Where(parsed, operand) + "expected an IPv4 or IPv6 address");
                return null;
            }
            return address.Words;
        }

        /// <summary>The operand as a number, or <see cref="Bad"/>.</summary>
        public static int Number(Parsed parsed, int operand, int least, int most, Answer answer)
        {
            int value = Digits(parsed.Operand(operand), least, most);
            if (value == Bad)
            {
                answer.Error(Where(parsed, operand) + "expected a number from " + least.ToString() + " to " + most.ToString());
            }
            return value;
        }

        /// <summary>The option's value as a number, the default when it was not given, or <see cref="Bad"/>.</summary>
        public static int Number(Parsed parsed, char letter, int otherwise, int least, int most, Answer answer)
        {
            string text = parsed.Value(letter);
            int value = text == null ? otherwise : Digits(text, least, most);
            if (value == Bad)
            {
                answer.Error(Where(parsed, letter) + "expected a number from " + least.ToString() + " to " + most.ToString());
            }
            return value;
        }

        /// <summary>The option's value as upper-layer protocol (0 any), or <see cref="Bad"/>.</summary>
        public static int Protocol(Parsed parsed, bool numbers, Answer answer)
        {
            string text = parsed.Value('p');
            int value = Names.ProtocolNames.Number(text);
            if (value == Bad && numbers)
            {
                value = Digits(text, 0, 255);
            }
            if (value == Bad)
            {
                answer.Error(Where(parsed, 'p') + "expected udp, tcp, icmp, icmp6 or any" + (numbers ? ", or a number from 0 to 255" : ""));
            }
            return value;
        }

        /// <summary>The option's value as a selector, or null.</summary>
        public static IPSecID Selector(Parsed parsed, char letter, int protocol, Answer answer)
        {
            int status;
            string error;
            IPSecID id = IPSecID.Parse(parsed.Value(letter), protocol, out status, out error);
            if (id == null)
            {
                answer.Error(parsed.Command.Name + ": -" + letter + ": " + error + " (" + Names.StatusText.Name(status) + ")");
            }
            return id;
        }

        /// <summary>The remote endpoint; null with an error said when it is not one address.</summary>
        /// <param name="anywhere">0.0.0.0 or :: will do.</param>
        public static IpAddress Endpoint(Parsed parsed, bool anywhere, Answer answer)
        {
            IpAddress address = IpAddress.Parse(parsed.Value('r'));
            bool unspecified = address != null && address.IsUnspecified;
            if (address == null || (unspecified && !anywhere))
            {
                answer.Error(Where(parsed, 'r') + "expected one IPv4 or IPv6 address" + (unspecified ? "; for peers from anywhere expected -m tunnel, -g and -o clone=dst" : ""));
                return null;
            }
            return address;
        }

        /// <summary>True for tunnel, false for transport; <paramref name="ok"/> is false, and said why, for anything else.</summary>
        public static bool Tunnel(Parsed parsed, Answer answer, out bool ok)
        {
            string text = parsed.Value('m');
            string lower = text == null ? "" : text.ToLower();
            ok = lower == "transport" || lower == "tunnel";
            if (!ok)
            {
                answer.Error((text == null ? parsed.Command.Name + ": -m is missing; " : Where(parsed, 'm')) + "expected transport or tunnel");
            }
            return lower == "tunnel";
        }

        /// <summary>An SPI: hexadecimal, 100 and up (RFC 4303 2.1 reserves what is below). 0 when bad, and said why.</summary>
        public static int Spi(Parsed parsed, char letter, Answer answer)
        {
            int spi;
            string text = parsed.Value(letter);
            bool good = Hex.TryParse32(text, out spi) && (spi < 0 || spi > 255);
            if (!good)
            {
                answer.Error((text == null ? parsed.Command.Name + ": -" + letter + " is missing; " : Where(parsed, letter))
                    + "expected an SPI in hexadecimal, 100 to ffffffff");
                return 0;
            }
            return spi;
        }

        /// <summary>A key in hexadecimal of exactly the algorithm's length, or null and said why. The text itself is never repeated.</summary>
        public static byte[] Key(Parsed parsed, char letter, int algorithm, Answer answer)
        {
            int expected = Algorithms.KeyBytes(algorithm);
            string text = parsed.Value(letter);
            string where = parsed.Command.Name + ": -" + letter;
            string want = "expected " + expected.ToString() + " bytes (" + (2 * expected).ToString() + " hexadecimal digits) for " + Algorithms.Name(algorithm);
            if (text == null)
            {
                answer.Error(where + " is missing; " + want);
                return null;
            }
            byte[] key = Hex.Parse(text);
            if (key == null)
            {
                answer.Error(where + ": not an even number of hexadecimal digits; " + want);
                return null;
            }
            if (key.Length != expected)
            {
                answer.Error(where + ": the key has " + key.Length.ToString() + " bytes; " + want);
                return null;
            }
            return key;
        }

        /// <summary>A decimal number in the range, or <see cref="Bad"/>.</summary>
        public static int Digits(string text, int least, int most)
        {
            long value = 0;
            bool good = text != null && text.Length > 0 && text.Length <= 10;
            for (int i = 0; good && i < text.Length; i++)
            {
                good = text[i] >= '0' && text[i] <= '9';
                value = value * 10 + (text[i] - '0');
            }
            return good && value >= least && value <= most ? (int)value : Bad;
        }

        /// <summary>"ipsec policy: -m 'foo': ", the beginning of an error about an option's value.</summary>
        public static string Where(Parsed parsed, char letter)
        {
            return parsed.Command.Name + ": -" + letter + " '" + parsed.Value(letter) + "': ";
        }

        private static string Where(Parsed parsed, int operand)
        {
            return parsed.Command.Name + ": " + parsed.Command.Operands[operand] + " '" + parsed.Operand(operand) + "': ";
        }
    }
}
