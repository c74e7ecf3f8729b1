namespace NfIpsec.Board;

/// <summary>The board cannot start: the message says what and why.</summary>
public sealed class BoardException(string message) : Exception(message);
