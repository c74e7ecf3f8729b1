using System;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;

namespace NfIpsec.IkeConsole
{
    /// <summary>Reads a shared secret out of the file that -h names: into a native secret at once, the bytes are zeroed.</summary>
    internal static class SecretFile
    {
        /// <summary>The secret, which is then the caller's; null, and said why, when there is none.</summary>
        public static Secret Read(Parsed parsed, FilePort files, Answer answer)
        {
            if (!parsed.Has('h'))
            {
                answer.Error(parsed.Command.Name + ": -h is missing; expected -h FILE, the file that holds the shared secret, with -m PresharedKey");
                return null;
            }
            byte[] bytes = files.Read(parsed.Value('h'));
            if (bytes == null)
            {
                answer.Error(Operands.Where(parsed, 'h') + "no such file; expected one that holds the shared secret");
                return null;
            }
            int length = WithoutNewline(bytes);
            int status = Status.XE_NO_DATA;
            Secret secret = length == 0 ? null : Secret.Import(bytes, 0, length, out status);
            Array.Clear(bytes, 0, bytes.Length);
            if (secret == null)
            {
                answer.Error(Operands.Where(parsed, 'h') + (length == 0 ? "the file is empty; expected the shared secret in it"
                    : "a secret of " + length.ToString() + " bytes cannot be kept: " + StatusText.Explain(status)));
            }
            return secret;
        }

        // LF and CR LF end a line; one of them at the end does not count.
        private static int WithoutNewline(byte[] bytes)
        {
            int length = bytes.Length;
            if (length > 0 && bytes[length - 1] == '\n')
            {
                length--;
                length -= length > 0 && bytes[length - 1] == '\r' ? 1 : 0;
            }
            return length;
        }
    }
}
