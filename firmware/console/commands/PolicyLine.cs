using System.Text;
using NfIpsec.Console.Names;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>A policy as the command line that makes it.</summary>
    public static class PolicyLine
    {
        public static string Format(PolicyEntry entry, PolicyView view)
        {
            StringBuilder text = new StringBuilder("ipsec policy -n ");
            text.Append(Quoted(entry.Name));
            Append(text, 'g', entry.Remote);
            Append(text, 't', Type(view));
            Append(text, 'e', entry.Encryption == null ? null : entry.Encryption.ToString());
            Append(text, 'a', entry.Integrity == null ? null : entry.Integrity.ToString());
            bool secure = IsSecure(view);
            Append(text, 'm', secure ? (view.Action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL ? "tunnel" : "transport") : null);
            Append(text, 'p', ProtocolNames.Name(view.Protocol));
            Append(text, 'r', secure ? view.Gateway : null);
            Append(text, 's', view.Source);
            Append(text, 'd', view.Destination);
            Append(text, 'l', view.Priority.ToString());
            Append(text, 'k', entry.Remote == null ? null : entry.Life.ToString());
            AppendSwitch(text, 'c', view, PolicyFlags.SP_TX_TFC_PADDING);
            AppendSwitch(text, 'h', view, PolicyFlags.SP_AUTH_SHA2_ICV_SHORT);
            AppendSwitch(text, 'y', view, PolicyFlags.SP_TX_DUMMY_PKT);
            Append(text, 'o', entry.Options);
            return text.ToString();
        }

        public static bool IsSecure(PolicyView view)
        {
            return view.Action == PolicyAction.IPSEC_POLICY_SECURE_TUNNEL || view.Action == PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
        }

        /// <summary>The word of -t.</summary>
        public static string Type(PolicyView view)
        {
            if (!IsSecure(view))
            {
                return view.Action == PolicyAction.IPSEC_POLICY_BYPASS ? "BYPASS" : "DROP";
            }
            bool ah = (view.Flags & PolicyFlags.SP_PROTO_AH) != 0;
            bool esp = (view.Flags & PolicyFlags.SP_PROTO_ESP) != 0;
            return ah && esp ? "AHESP" : ah ? "AH" : "ESP";
        }

        private static void Append(StringBuilder text, char letter, string value)
        {
            if (value != null)
            {
                text.Append(" -").Append(letter).Append(' ').Append(Quoted(value));
            }
        }

        private static void AppendSwitch(StringBuilder text, char letter, PolicyView view, int flag)
        {
            if ((view.Flags & flag) != 0)
            {
                text.Append(" -").Append(letter);
            }
        }

        /// <summary>The word as the parser takes it back.</summary>
        public static string Quoted(string value)
        {
            bool blank = value.Length == 0 || value.IndexOf(' ') >= 0 || value.IndexOf('\t') >= 0;
            return blank || value[0] == '#' || value[0] == '-' ? "\"" + value + "\"" : value;
        }
    }
}
