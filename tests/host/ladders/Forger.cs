using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Keys;
using NfIpsec.Ike.Wire;
using Xunit;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Somebody who holds the keys of an IKE SA, as whoever ran the Diffie-Hellman does: writes messages that verify.</summary>
    internal static class Forger
    {
        private const int Header = 28, Generic = 4;

        private static object[] Sas(Peer peer) => ((IEnumerable)Field(Field(peer.Ikev2, "Sas"), "Slots")).Cast<object>().Where(slot => slot != null).ToArray();

        private static object OnlySa(Peer peer) => Sas(peer).Single();

        /// <summary>The keys and role of the peer's SA that the message is of.</summary>
        private static (IkeKeys Keys, bool Initiator) KeysOf(Peer peer, Sent like)
        {
            long[] spis = { BigEndian.Read64(like.Ike, 0), BigEndian.Read64(like.Ike, 8) };
            object sa = Sas(peer).Single(one => spis.Contains((long)Field(one, "OurSpi")));
            return ((IkeKeys)Field(sa, "Keys"), (bool)Field(sa, "Initiator"));
        }

        /// <summary>As if that many requests had come.</summary>
        public static void SetReceiveId(Peer peer, int id)
        {
            object sa = OnlySa(peer);
            sa.GetType().GetField("ReceiveId", BindingFlags.Instance | BindingFlags.NonPublic).SetValue(sa, id);
        }

        private static object Field(object of, string name) =>
            of.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).GetValue(of);

        private static IkeKeys OnlyKeys(Peer peer) => (IkeKeys)Field(OnlySa(peer), "Keys");

        /// <summary>SK_pi or SK_pr, as long as there is one.</summary>
        public static byte[] AuthKey(Peer owner, bool initiator)
        {
            var keys = OnlyKeys(owner);
            return (initiator ? keys.AuthInitiator : keys.AuthResponder).Export();
        }

        /// <summary>The AUTH that RFC 7619 has for the sender of the message, under any method's number.</summary>
        public static byte[] NullAuth(Peer owner, Sent sent, int method)
        {
            object sa = OnlySa(owner);
            var keys = OnlyKeys(owner);
            bool initiator = !sent.IsResponse;
            byte[] id = Open(sent, owner).Single(p => p.Type == (initiator ? PayloadType.IdInitiator : PayloadType.IdResponder)).Body;
            var auth = new byte[keys.PrfBytes];
            int status = SharedSecretAuth.Compute(keys, initiator ? keys.AuthInitiator : keys.AuthResponder, initiator,
                (byte[])Field(sa, initiator ? "InitRequest" : "InitResponse"), (byte[])Field(sa, initiator ? "ResponderNonce" : "InitiatorNonce"), id, 0, id.Length, auth);
            Assert.Equal(0, status);
            return new byte[] { (byte)method, 0, 0, 0 }.Concat(auth).ToArray();
        }

        private static MessageCipher Cipher(Peer owner, bool outgoing, Sent like)
        {
            var (keys, initiator) = KeysOf(owner, like);
            return initiator == outgoing ? keys.FromInitiator : keys.FromResponder;
        }

        /// <summary>Added to a payload's type: it is marked critical.</summary>
        public const int Critical = 0x100;

        /// <summary>Payloads one behind the other, and the type of the first.</summary>
        public static (int First, byte[] Bytes) Chain(params (int Type, byte[] Body)[] payloads)
        {
            var bytes = new List<byte>();
            for (int i = 0; i < payloads.Length; i++)
            {
                int length = Generic + payloads[i].Body.Length;
                bytes.AddRange(new byte[] { (byte)(i + 1 < payloads.Length ? payloads[i + 1].Type : 0), (byte)((payloads[i].Type & Critical) >> 1), (byte)(length >> 8), (byte)length });
                bytes.AddRange(payloads[i].Body);
            }
            return (payloads.Length == 0 ? 0 : payloads[0].Type & 0xff, bytes.ToArray());
        }

        /// <summary>The payloads that a sealed message holds.</summary>
        /// <param name="owner">Whose keys open it: its sender's, or its receiver's.</param>
        public static (int Type, byte[] Body)[] Open(Sent sent, Peer owner)
        {
            var message = (byte[])sent.Ike.Clone();
            var cipher = Cipher(owner, sent.From == owner, sent);
            int length = cipher.Open(message, 0, Header, message.Length);
            Assert.True(length >= 0, "does not verify");
            var payloads = new List<(int, byte[])>();
            int type = message[Header];
            int at = Header + Generic + cipher.IvLength;
            for (int end = at + length; at < end;)
            {
                int size = BigEndian.Read16(message, at + 2);
                payloads.Add((type, message[(at + Generic)..(at + size)]));
                type = message[at];
                at += size;
            }
            return payloads.ToArray();
        }

        /// <summary>A message under the owner's keys.</summary>
        /// <param name="like">Gives the SPIs and the way.</param>
        /// <param name="fromOwner">Sent by the owner of the keys; else to it.</param>
        public static Sent Seal(Sent like, Peer owner, bool fromOwner, int exchange, bool response, int id, params (int Type, byte[] Body)[] payloads)
        {
            var (first, inner) = Chain(payloads);
            var cipher = Cipher(owner, fromOwner, like);
            int text = Header + Generic + cipher.IvLength;
            var message = new byte[text + inner.Length + cipher.TailLength];
            Array.Copy(like.Ike, message, 16);
            bool initiator = KeysOf(owner, like).Initiator == fromOwner;
            message[16] = PayloadType.Encrypted;
            message[17] = 0x20;
            message[18] = (byte)exchange;
            message[19] = (byte)((initiator ? 8 : 0) | (response ? 0x20 : 0));
            BigEndian.Write32(message, 20, id);
            message[Header] = (byte)first;
            inner.CopyTo(message, text);
            int length = cipher.Seal(message, 0, Header, inner.Length);
            Assert.True(length > 0, "cannot be sealed");
            return like with { Payload = new byte[like.Payload.Length - like.Ike.Length].Concat(message[..length]).ToArray() };
        }

        /// <summary>A fragment under the owner's keys, sent by it (RFC 7383 2.5), whatever its numbers say.</summary>
        /// <param name="like">Gives the SPIs and the way.</param>
        /// <param name="next">The type that the fragment names as first.</param>
        /// <param name="content">Its part of what SK would hold.</param>
        public static Sent Fragment(Sent like, Peer owner, int exchange, int id, int number, int total, int next, byte[] content)
        {
            var cipher = Cipher(owner, true, like);
            int text = Header + Generic + 4 + cipher.IvLength;
            var message = new byte[text + content.Length + cipher.TailLength];
            Array.Copy(like.Ike, message, 16);
            message[16] = PayloadType.EncryptedFragment;
            message[17] = 0x20;
            message[18] = (byte)exchange;
            message[19] = (byte)(KeysOf(owner, like).Initiator ? 8 : 0);
            BigEndian.Write32(message, 20, id);
            message[Header] = (byte)next;
            BigEndian.Write16(message, Header + Generic, number);
            BigEndian.Write16(message, Header + Generic + 2, total);
            content.CopyTo(message, text);
            int length = cipher.SealFragment(message, 0, Header, content.Length);
            Assert.True(length > 0, "cannot be sealed");
            return like with { Payload = new byte[like.Payload.Length - like.Ike.Length].Concat(message[..length]).ToArray() };
        }

        /// <summary>Messages of which the peer holds fragments.</summary>
        public static int Reassemblies(Peer peer) =>
            ((IEnumerable)Field(Field(peer.Ikev2, "Sas"), "Slots")).Cast<object>().Count(sa => sa != null && Field(sa, "Collected") != null);

        /// <summary>SAs without keys in the peer's table: half-open ones from so many sources, or of our own.</summary>
        public static List<object> FillSas(Peer peer, int count, bool ours, string source = null)
        {
            object sas = Field(peer.Ikev2, "Sas");
            var add = sas.GetType().GetMethod("Add", BindingFlags.Instance | BindingFlags.NonPublic);
            var made = new List<object>();
            for (int i = 0; i < count; i++)
            {
                var path = new Ike.Session.IkePath();
                path.Set(IpAddress.Parse(peer.Address), IpAddress.Parse(source ?? "10.1." + i / 200 + "." + i % 200), 500, 500);
                made.Add(add.Invoke(sas, new[] { peer.Ike.Admin.IkeAdminPrintRemoteConf(0), ours ? null : path, (object)peer.World.Clock.Now }));
                ((Ike.Session.IkePath)Field(made[i], "Path")).CopyFrom(path);
            }
            return made;
        }

        /// <summary>As if each were established and had so many children.</summary>
        public static void FillChildren(List<object> sas, int count)
        {
            const BindingFlags flags = BindingFlags.Instance | BindingFlags.NonPublic;
            foreach (object sa in sas)
            {
                var children = (Array)Field(sa, "Children");
                for (int i = 0; i < count; i++)
                    children.SetValue(Activator.CreateInstance(children.GetType().GetElementType(), true), i);
                sa.GetType().GetField("ChildCount", flags).SetValue(sa, count);
                sa.GetType().GetField("State", flags).SetValue(sa, 4);
            }
        }

        /// <summary>They end.</summary>
        public static void Empty(Peer peer, List<object> sas)
        {
            var kill = peer.Ikev2.GetType().GetMethod("Kill", BindingFlags.Instance | BindingFlags.NonPublic);
            foreach (object sa in sas)
                kill.Invoke(peer.Ikev2, new[] { sa });
        }

        /// <summary>As if so many other SAs had each begun a message now and never ended it.</summary>
        public static int FillReassemblies(Peer peer, int count)
        {
            const BindingFlags flags = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
            foreach (object sa in FillSas(peer, count, false))
            {
                var field = sa.GetType().GetField("Collected", flags);
                field.SetValue(sa, Activator.CreateInstance(field.FieldType, flags, null, new object[] { new IkeHeader(), 2, peer.World.Clock.Now }, null));
            }
            return Reassemblies(peer);
        }

        /// <summary>The message with other bodies in its payloads.</summary>
        public static Sent Changed(Sent sent, Peer owner, Func<(int Type, byte[] Body), byte[]> change) =>
            Rewritten(sent, owner, payloads => payloads.Select(p => (p.Type, change(p))).ToArray());

        /// <summary>The message with other payloads, as its sender would have sent it.</summary>
        public static Sent Rewritten(Sent sent, Peer owner, Func<(int Type, byte[] Body)[], (int Type, byte[] Body)[]> change) =>
            Seal(sent, owner, sent.From == owner, sent.Exchange, sent.IsResponse, BigEndian.Read32(sent.Ike, 20), change(Open(sent, owner)));

        /// <summary>The way back of a datagram.</summary>
        public static Sent Back(Sent sent, Peer from)
        {
            var info = (int[])sent.Info.Clone();
            IpAddress.Copy(sent.Info, PacketInfo.Destination, info, PacketInfo.Source);
            IpAddress.Copy(sent.Info, PacketInfo.Source, info, PacketInfo.Destination);
            info[PacketInfo.SourcePort] = sent.Info[PacketInfo.DestinationPort];
            info[PacketInfo.DestinationPort] = sent.Info[PacketInfo.SourcePort];
            return new Sent(from, info, sent.Payload);
        }
    }
}
