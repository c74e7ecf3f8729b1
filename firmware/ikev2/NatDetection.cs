using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Each end says which addresses and ports it sees; what differs on arrival shows a NAT (RFC 7296 2.23): SHA-1 of
    /// SPIi | SPIr | address | port.</summary>
    internal static class NatDetection
    {
        /// <summary>Writes both notifies, in IKE_SA_INIT. Forced: a source that is nobody's, so that both ends see a NAT.</summary>
        internal static void Write(MessageWriter writer, IkeSa sa)
        {
            if (sa.Remote.NatTraversal == AuthMethod.NatOff)
            {
                return;
            }
            byte[] hash = Hash(sa.InitiatorSpi, sa.ResponderSpi, sa.Path.Words, PacketInfo.Source, sa.Path.LocalPort);
            hash[0] ^= (byte)(sa.Remote.NatTraversal == AuthMethod.NatForce ? 1 : 0);
            NotifyPayload.Write(writer, NotifyType.NatDetectionSourceIp, hash, 0, hash.Length);
            hash = Hash(sa.InitiatorSpi, sa.ResponderSpi, sa.Path.Words, PacketInfo.Destination, sa.Path.RemotePort);
            NotifyPayload.Write(writer, NotifyType.NatDetectionDestinationIp, hash, 0, hash.Length);
        }

        /// <summary>Reads the peer's notifies. No source that fits: the peer is behind a NAT; another destination: we are.</summary>
        internal static void Read(PayloadIndex index, IkeHeader header, IkePath path, IkeSa sa)
        {
            int destination = NotifyPayload.Find(index, NotifyType.NatDetectionDestinationIp);
            int source = NotifyPayload.Find(index, NotifyType.NatDetectionSourceIp);
            if (destination < 0 || source < 0 || sa.Remote.NatTraversal == AuthMethod.NatOff)
            {
                return;
            }
            byte[] hash = Hash(header.InitiatorSpi, header.ResponderSpi, path.Words, PacketInfo.Source, path.LocalPort);
            sa.LocalNat = !Same(index, destination, hash) || sa.Remote.NatTraversal == AuthMethod.NatForce;
            hash = Hash(header.InitiatorSpi, header.ResponderSpi, path.Words, PacketInfo.Destination, path.RemotePort);
            sa.RemoteNat = true;
            for (int i = source; i != PayloadIndex.None; i = NotifyPayload.Next(index, i))
            {
                sa.RemoteNat &= !Same(index, i, hash);
            }
        }

        private static bool Same(PayloadIndex index, int place, byte[] hash)
        {
            return KeyDerivation.Same(index.Bytes, NotifyPayload.DataAt(index.Bytes, index.Offset[place]), hash, 0, hash.Length);
        }

        private static byte[] Hash(long initiatorSpi, long responderSpi, int[] words, int address, int port)
        {
            bool four = IpAddress.VersionOf(words, address) == 4;
            int first = four ? IpAddress.WordCount - 1 : 0;
            byte[] data = new byte[16 + 4 * (IpAddress.WordCount - first) + 2];
            BigEndian.Write64(data, 0, initiatorSpi);
            BigEndian.Write64(data, 8, responderSpi);
            for (int i = first; i < IpAddress.WordCount; i++)
            {
                BigEndian.Write32(data, 16 + 4 * (i - first), words[address + i]);
            }
            BigEndian.Write16(data, data.Length - 2, port);
            byte[] digest = new byte[NotifyPayload.NatHashSize];
            Base.Crypto.Hash hash = Base.Crypto.Hash.Create(Algorithms.NativeId(Algorithms.HmacSha1), out int status);
            if (status == Status.XE_OK)
            {
                hash.Update(data, 0, data.Length);
                hash.Finish(digest, 0);
                hash.Dispose();
            }
            return digest;
        }
    }
}
