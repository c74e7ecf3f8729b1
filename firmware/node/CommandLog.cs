using NfIpsec.Base.Ports;

namespace NfIpsec.Node
{
    /// <summary>Log lines go where commands answer; without a console nowhere.</summary>
    internal sealed class CommandLog : LogPort
    {
        private readonly IpsecNode _node;

        public CommandLog(IpsecNode node)
        {
            _node = node;
        }

        public override void Write(int level, string text)
        {
            if (_node.Commands != null)
            {
                _node.Commands.Report(text);
            }
        }
    }
}
