using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>A message cut into fragments before it is sealed (RFC 7383 2.5). They are kept as one array, one behind the other, each
    /// as long as its header says; fewer bytes than a header has may be left at the end.
    /// <code>
    ///   HDR, SK(first) {PLD1 ... PLDn}
    ///   HDR, SKF(first, 1 of m) {...}, HDR, SKF(0, 2 of m) {...}, ... HDR, SKF(0, m of m) {...}
    /// </code></summary>
    internal static class Fragments
    {
        private const int UdpHeader = 8, Ip4Header = 20, Ip6Header = 40;
        private const int TextAt = IkeHeader.Size + EncryptedPayload.FragmentHead;

        /// <summary>The peer's IKE_SA_INIT and our configuration allow fragments (RFC 7383 2.3).</summary>
        internal static bool Agreed(PayloadIndex index, RemoteConfig remote)
        {
            return remote.Fragmentation && NotifyPayload.Find(index, NotifyType.Ikev2FragmentationSupported) >= 0;
        }

        /// <summary>The longest message that goes in one datagram, bytes. The marker counts even where there is none: the peer may yet
        /// move to a port that has it.</summary>
        internal static int Longest(IkePath path)
        {
            int headers = UdpHeader + IkeModule.MarkerSize;
            return IpAddress.VersionOf(path.Words, PacketInfo.Destination) == 4 ? IkeLimits.MaxDatagram4 - Ip4Header - headers
                : IkeLimits.MaxDatagram6 - Ip6Header - headers;
        }

        /// <summary>What may be the matter when nobody answers the request under way, or null: a datagram that the path must cut, and
        /// does not pass cut, is lost each time.</summary>
        internal static string Advice(IkeSa sa)
        {
            bool large = sa.Request != null && !sa.Fragmentation && sa.Request.Length > Longest(sa.Path);
            return !large ? null : "the request has " + sa.Request.Length.ToString() + " bytes and goes in one piece, since "
                + (sa.Remote.Fragmentation ? "the peer does not take IKE fragments" : "-o says frag=off") + ": the path may lose large datagrams";
        }

        /// <summary>The message must be cut to fit.</summary>
        /// <param name="length">Of the clear payloads, bytes.</param>
        /// <param name="limit">Longest message, bytes.</param>
        internal static bool Need(MessageCipher cipher, int length, int limit)
        {
            return length > cipher.Capacity(limit - IkeHeader.Size - EncryptedPayload.Head);
        }

        /// <summary>Cuts and seals; null, with the code in status, when sealing fails.</summary>
        /// <param name="message">At offset a header, the generic header of SK right behind it, room for the IV, the clear payloads.</param>
        internal static byte[] Cut(MessageCipher cipher, byte[] message, int offset, int length, int limit, out int status)
        {
            int most = cipher.Capacity(limit - TextAt);
            int total = (length + most - 1) / most;
            int head = TextAt + cipher.IvLength, full = head + most + 1 + cipher.IcvLength, rest = length - (total - 1) * most;
            byte[] all = new byte[(total - 1) * full + head + rest + cipher.TailLength];
            int from = offset + IkeHeader.Size + EncryptedPayload.Head + cipher.IvLength;
            int at = 0;
            status = Status.XE_OK;
            for (int number = 1; number <= total && status == Status.XE_OK; number++)
            {
                int size = number < total ? most : rest;
                Array.Copy(message, offset, all, at, IkeHeader.Size);
                all[at + IkeHeader.NextPayloadAt] = PayloadType.EncryptedFragment;
                EncryptedPayload.WriteFragment(all, at + IkeHeader.Size, number == 1 ? message[offset + IkeHeader.Size] : PayloadType.None, number, total);
                Array.Copy(message, from + (number - 1) * most, all, at + head, size);
                int written = cipher.SealFragment(all, at, IkeHeader.Size, size);
                status = written < 0 ? -written : Status.XE_OK;
                at += written;
            }
            return status == Status.XE_OK ? all : null;
        }

        /// <summary>Length of the message that starts there, or 0 behind the last.</summary>
        internal static int LengthAt(byte[] all, int at)
        {
            return all.Length - at < IkeHeader.Size ? 0 : BigEndian.Read32(all, at + IkeHeader.LengthAt);
        }
    }
}
