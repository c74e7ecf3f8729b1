namespace NfIpsec.Lab;

/// <summary>The virtual board under another choice of build-time options, in an output folder of its own.</summary>
public static class BoardBuild
{
    /// <summary>Builds it where it is not up to date, and gives its program.</summary>
    /// <param name="name">Of the folder in out/builds.</param>
    /// <param name="options">As NfIpsecOptions takes them.</param>
    public static string With(string name, string options)
    {
        var folder = Repository.Path("out/builds/" + name);
        string[] arguments =
        [
            "build", Repository.Path("tools/programs/board/Board.csproj"), "--nologo", "-v", "q", "--artifacts-path", folder,
            "-p:NfIpsecOptions=" + options.Replace(";", "%3B")
        ];
        var (exit, output) = Tool.Run("dotnet", arguments, 300);
        if (exit != 0) throw new LabException($"the board does not build with {options}:\n{output}");
        return Path.Combine(folder, "bin", "Board", "debug", "nf-ipsec-board.dll");
    }
}
