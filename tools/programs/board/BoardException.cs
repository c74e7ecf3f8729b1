namespace NfIpsec.Board;

/// <summary>The board cannot start: the message says what and why.</summary>
/// <param name="wrongOption">The command line is at fault, not the machine.</param>
public sealed class BoardException(string message, bool wrongOption = false) : Exception(message)
{
    public bool WrongOption { get; } = wrongOption;
}
