using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Console.Commands;
using NfIpsec.Ike.Admin;

namespace NfIpsec.IkeConsole
{
    /// <summary>The IKE SAs as ike netstat shows them.</summary>
    internal sealed class IkeNetstat
    {
        private readonly IkeAdmin _ike;
        private readonly Answer _answer;
        private readonly IkeSaView _view = new IkeSaView();

        public IkeNetstat(IkeAdmin ike, Answer answer)
        {
            _ike = ike;
            _answer = answer;
        }

        public void Show(int version)
        {
            int count = 0;
            while (_ike.GetSa(version, count, _view))
            {
                Sa();
                count++;
            }
            if (count == 0)
            {
                _answer.Line("no IKEv" + version.ToString() + " SA");
            }
        }

        private void Sa()
        {
            _answer.Line("IKEv" + _view.Version.ToString() + " SA SPIi=" + _view.InitiatorSpi + ", SPIr=" + _view.ResponderSpi + ", remote " + _view.RemoteName);
            _answer.Line("  State=" + _view.State + ", " + (_view.Initiator ? "initiator" : "responder") + ", "
                + End(_view.LocalAddress, _view.LocalPort, _view.LocalNat) + " to " + End(_view.RemoteAddress, _view.RemotePort, _view.RemoteNat));
            _answer.Line("  Age=" + _view.Age.ToString() + " secs, Life=" + _view.Life.ToString() + " secs");
            if (_view.Encryption >= 0)
            {
                _answer.Line("  Encryption: " + Algorithms.Name(_view.Encryption)
                    + (_view.Integrity >= 0 ? ", HMAC-Auth: " + Algorithms.Name(_view.Integrity) : "") + ", PRF: " + Name(_view.Prf) + ", Group: " + Name(_view.Group));
            }
            if (_view.Assigned != null)
            {
                _answer.Line("  Virtual address: " + _view.Assigned);
            }
            for (int i = 0; i < _view.Children; i++)
            {
                _answer.Line("  Child SPID=" + _view.Spid[i].ToString() + ", Inbound SPI=" + Hex.Format32(_view.InboundSpi[i])
                    + ", Outbound SPI=" + Hex.Format32(_view.OutboundSpi[i]));
            }
        }

        private static string End(string address, int port, bool nat)
        {
            return address + "[" + port.ToString() + "]" + (nat ? " behind a NAT" : "");
        }

        private static string Name(int row)
        {
            return row < 0 ? "none" : Algorithms.Name(row);
        }
    }
}
