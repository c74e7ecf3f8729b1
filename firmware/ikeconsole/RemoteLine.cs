using System.Text;
using NfIpsec.Base.Algorithm;
using NfIpsec.Console.Commands;
using NfIpsec.Ike.Admin;

namespace NfIpsec.IkeConsole
{
    /// <summary>A remote as the command line that makes it. The secret is its file's name.</summary>
    internal static class RemoteLine
    {
        public static string Format(RemoteConfig remote)
        {
            StringBuilder text = new StringBuilder("ike remote -n ");
            text.Append(PolicyLine.Quoted(remote.Name)).Append(" -z ").Append(remote.Version.ToString());
            text.Append(remote.Initiate ? " -w" : "").Append(remote.Accept ? " -u" : "");
            Append(text, 'a', Names(remote.Integrity));
            Append(text, 'e', Names(remote.Encryption));
            Append(text, 'p', Names(remote.Prf));
            Append(text, 'm', AuthMethod.Name(remote.Method));
            Append(text, 'd', Names(remote.Groups));
            Append(text, 'r', remote.Remote.ToString());
            Append(text, 's', remote.Local == null ? null : remote.Local.ToString());
            Append(text, 'f', remote.RemoteId == null ? null : remote.RemoteId.ToString());
            Append(text, 'g', remote.LocalId == null ? null : remote.LocalId.ToString());
            Append(text, 'b', remote.PeerFile);
            Append(text, 'c', remote.OwnFiles);
            Append(text, 'h', remote.PskFile);
            Append(text, 'i', remote.Interval.ToString());
            Append(text, 'l', remote.LifeSeconds.ToString());
            Append(text, 'o', remote.Options);
            return text.ToString();
        }

        private static void Append(StringBuilder text, char letter, string value)
        {
            if (value != null && value.Length > 0)
            {
                text.Append(" -").Append(letter).Append(' ').Append(PolicyLine.Quoted(value));
            }
        }

        private static string Names(int[] rows)
        {
            string text = "";
            for (int i = 0; i < rows.Length; i++)
            {
                text += (i == 0 ? "" : ",") + Algorithms.Name(rows[i]);
            }
            return text;
        }
    }
}
