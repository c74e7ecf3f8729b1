namespace NfIpsec.Lab;

/// <summary>The Linux kernel as a NAT, nftables' masquerade, in a namespace of its own: what comes from inside, 10.1.0.0/24, goes out as
/// 10.0.0.1. A board hangs on the namespace's TAP; on its other side there is a peer's namespace or a second board's TAP.</summary>
public sealed class Nat : IDisposable
{
    public const string Inside = "10.1.0.1", Outside = "10.0.0.1";
    private const string Name = "nfi-nat";

    /// <summary>Where boards are to run; its Tap is the first one's cable.</summary>
    public Namespace Box { get; } = new(Name);

    /// <summary>The second board's cable, outside; without a peer.</summary>
    public static string OuterTap => Name + "-out";

    private readonly string outward;

    /// <param name="peer">The namespace of a peer, which gets an address and a default route; null: a second board.</param>
    /// <param name="peerIsInside">The peer is behind the NAT and the board outside; else the other way round.</param>
    public Nat(Namespace? peer = null, bool peerIsInside = false)
    {
        var other = peer == null ? OuterTap : Name + "-peer";
        if (peer == null) Box.AddTap(other);
        else Connect(peer, other, peerIsInside);
        var (inward, outer) = peerIsInside ? (other, Box.Tap) : (Box.Tap, other);
        outward = outer;
        Box.Inside("ip", "address", "add", Inside + "/24", "dev", inward);
        Box.Inside("ip", "address", "add", Outside + "/24", "dev", outward);
        if (peerIsInside) peer!.Inside("ip", "route", "add", "default", "via", Inside);
        Box.Inside("sysctl", "-qw", "net.ipv4.ip_forward=1");
        Map(31000);
    }

    /// <summary>The address of a host inside, with its prefix length.</summary>
    public static string Host(string last) => $"10.1.0.{last}/24";

    /// <summary>Forgets every mapping, and from now on has UDP 4500 go out from that port.</summary>
    public void Map(int port)
    {
        Box.Inside("nft", "flush ruleset; add table ip nat; add chain ip nat out { type nat hook postrouting priority 100 ; }; "
            + $"add rule ip nat out oifname {outward} udp sport 4500 masquerade to :{port}; add rule ip nat out oifname {outward} masquerade; "
            // a port that it has forgotten is silent: its own errors would be clear text on an audited wire
            + "add table ip own; add chain ip own out { type filter hook output priority 0 ; }; add rule ip own out icmp type destination-unreachable drop");
        // masquerade drops the mappings of an interface that goes down
        Box.Inside("ip", "link", "set", outward, "down");
        Box.Inside("ip", "link", "set", outward, "up");
    }

    public void Dispose() => Box.Dispose();

    private void Connect(Namespace peer, string device, bool inside)
    {
        var far = device + "2";
        Box.Inside("ip", "link", "add", device, "type", "veth", "peer", "name", far, "netns", peer.Name);
        Box.Inside("ip", "link", "set", device, "up");
        peer.Inside("ip", "address", "add", inside ? Host("78") : "10.0.0.78/24", "dev", far);
        peer.Inside("ip", "link", "set", far, "up");
    }
}
