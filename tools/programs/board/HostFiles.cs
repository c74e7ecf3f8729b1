using NfIpsec.Base.Ports;

namespace NfIpsec.Board;

/// <summary>The virtual board's files: those in one folder.</summary>
public sealed class HostFiles(string folder) : FilePort
{
    public override byte[]? Read(string name)
    {
        try
        {
            return IsPlain(name) ? File.ReadAllBytes(At(name)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public override bool Write(string name, byte[] content) => IsPlain(name) && Try(() =>
    {
        var whole = At("." + name + ".new");
        File.WriteAllBytes(whole, content);
        File.Move(whole, At(name), overwrite: true);
    });

    // Two boards may add to one key log: each addition is one write at the end of the file.
    public override bool Append(string name, byte[] content) => IsPlain(name) && Try(() =>
    {
        using var file = new FileStream(At(name), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(content);
    });

    public override bool Delete(string name) => IsPlain(name) && File.Exists(At(name)) && Try(() => File.Delete(At(name)));

    private string At(string name) => Path.Combine(folder, name);

    private static bool IsPlain(string name) => name.Length > 0 && name[0] != '.' && name.IndexOfAny(['/', '\\', '\0']) < 0;

    private static bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
