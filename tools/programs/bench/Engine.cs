using System.Buffers.Binary;
using System.Diagnostics;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Platform;

namespace NfIpsec.Bench;

/// <summary>The product's engine between two rings: manual keys, or such as a key daemon would hand over, ESP transport over IPv4, the same SA out and in, so that what it
/// sealed can be fed back.</summary>
internal sealed class Engine
{
    /// <summary>Packets between two looks at the clock.</summary>
    public const int Batch = 16;

    private readonly IpsecModule module;
    private readonly byte[] scratch = new byte[65536];

    /// <param name="suite">As in native/loop.h: 0 AES-128-CBC with HMAC-SHA2-256, 1 3DES-CBC with HMAC-SHA2-384, 2 AES-128-GCM.</param>
    /// <param name="ah">AH around the ESP, with the same integrity.</param>
    public Engine(int suite, bool ah = false)
    {
        module = new IpsecModule(new ShimPackets(), new BoardClock(), new NativeRandom());
        var admin = module.Admin;
        admin.LegacyAllowed = true;
        Require(admin.IPSecInit(), admin);
        Require(admin.IPSecAdminFlushAll(), admin);
        if (suite == 2)
        {
            AddGcm(admin);
            return;
        }
        var (cipher, cipherKey, auth, authKey) = suite == 0 ? (12, Key(16), 12, Key(32)) : (3, Key(24), 13, Key(48));
        Require(admin.IPSecAdminAddManualSA2(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 0, "any", "any", "10.0.0.2",
            PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CHECK_ESP_PAD | (ah ? PolicyFlags.SP_PROTO_AH : 0), 4, cipher, cipherKey.Length, cipherKey, cipherKey,
            auth, authKey.Length, authKey, authKey, 0x1001, 0x1001, ah ? 0x1001 : 0, ah ? 0x1001 : 0, out _), admin);
    }

    // Counter modes take no keys by hand (RFC 8221 3): the message that IKE would send.
    private void AddGcm(IpsecAdmin admin)
    {
        var spid = 0;
        Require(admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, 0, "any", "any", "10.0.0.2",
            PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CHECK_ESP_PAD, 4, ref spid), admin);
        var sa = new byte[112];       // as MessageData.ReadSa takes it
        Secret[] keys = [Secret.Import(Key(20), 0, 20, out _), Secret.Import(Key(20), 0, 20, out _)];
        BinaryPrimitives.WriteInt32BigEndian(sa, spid);
        BinaryPrimitives.WriteInt16BigEndian(sa.AsSpan(4), 20);
        BinaryPrimitives.WriteInt16BigEndian(sa.AsSpan(6), 16);
        BinaryPrimitives.WriteInt32BigEndian(sa.AsSpan(12), 0x1001);
        BinaryPrimitives.WriteInt32BigEndian(sa.AsSpan(16), 0x1001);
        for (var i = 0; i < 2; i++) BinaryPrimitives.WriteInt32BigEndian(sa.AsSpan(44 + 4 * i), keys[i].Handle);
        byte[] request = new byte[MessageHeader.Size + sa.Length], reply = new byte[Limits.MaxMessage];
        MessageHeader.Write(request, MessageType.ADD_SA, MessageHeader.Ike, MessageHeader.Ipsec, 1, sa.Length, 0);
        sa.CopyTo(request, MessageHeader.Size);
        module.Messages.Send(request, request.Length, reply, null);
        foreach (var key in keys) key.Dispose();
        Require(MessageHeader.Read16(reply, MessageHeader.Status), admin);
    }

    /// <summary>Starts the native side, once a process.</summary>
    public static void Start()
    {
        if (ShimPackets.Attach() is var status && status != 0) throw new InvalidOperationException($"the native side does not start: {status}");
    }

    /// <summary>Handles a full batch; returns the nanoseconds from the first take to the last put.</summary>
    public double Handle(int kind, byte[] packet)
    {
        for (var i = 0; i < Batch; i++)
        {
            if (LoopNative.Feed(kind, packet, packet.Length) is var status && status < 0) throw new InvalidOperationException($"feed: {status}");
        }
        var start = Stopwatch.GetTimestamp();
        var taken = module.TakePackets(Batch);
        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        if (LoopNative.Drain(scratch, out last) is var put && (put != Batch || taken != Batch))
            throw new InvalidOperationException($"{taken} taken and {put} put of {Batch}");
        return time;
    }

    private int last;

    /// <summary>What the engine makes of one packet.</summary>
    public byte[] Sealed(byte[] packet)
    {
        Handle(LoopNative.Outbound, packet);
        return scratch[..last];
    }

    /// <summary>A UDP packet of that many bytes, IP header included.</summary>
    public static byte[] Packet(int size)
    {
        var packet = new byte[size];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)size);
        packet[8] = 64;
        packet[9] = 17;
        byte[] addresses = [10, 0, 0, 1, 10, 0, 0, 2];
        addresses.CopyTo(packet, 12);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 7);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 9);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(size - 20));
        var sum = 0u;
        for (var i = 0; i < 20; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(i));
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~sum);
        return packet;
    }

    private static byte[] Key(int length) => Enumerable.Range(1, length).Select(i => (byte)(i * 7)).ToArray();

    private static void Require(int status, IpsecAdmin admin)
    {
        if (status != 0) throw new InvalidOperationException($"{status}: {admin.LastError}");
    }
}
