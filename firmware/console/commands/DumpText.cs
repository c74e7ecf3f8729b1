using System.Text;

namespace NfIpsec.Console.Commands
{
    /// <summary>The command lines that ike commands writes, and shows where no file was named.</summary>
    public sealed class DumpText
    {
        private readonly StringBuilder _text = new StringBuilder();
        private readonly Answer _show;

        /// <param name="show">Where they are shown too, or null.</param>
        public DumpText(Answer show)
        {
            _show = show;
        }

        /// <summary>Adds a line; null adds none.</summary>
        public void Add(string line)
        {
            if (line == null)
            {
                return;
            }
            _text.Append(line).Append("\n");
            if (_show != null)
            {
                _show.Line(line);
            }
        }

        /// <summary>All of them, UTF-8.</summary>
        public byte[] Bytes()
        {
            return Encoding.UTF8.GetBytes(_text.ToString());
        }
    }
}
