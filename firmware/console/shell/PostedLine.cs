namespace NfIpsec.Console.Shell
{
    /// <summary>A line for the node's thread, or why the line that was typed is none.</summary>
    public sealed class PostedLine
    {
        public readonly string Text;
        public readonly string Error;

        public PostedLine(string text, string error)
        {
            Text = text;
            Error = error;
        }
    }
}
