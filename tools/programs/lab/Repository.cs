namespace NfIpsec.Lab;

/// <summary>Where things are in the checkout.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "nf-ipsec.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("nf-ipsec.sln is in no folder above " + AppContext.BaseDirectory);
    }
}
