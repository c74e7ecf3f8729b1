namespace NfIpsec.Lab;

/// <summary>Something the lab expected did not happen; the message says what, and what was seen instead.</summary>
public sealed class LabException(string message) : Exception(message);
