using nanoFramework.TestFramework;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Bytes;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;
using NfIpsec.Ipsec.Policy;
using NfIpsec.Ipsec.Sa;

namespace NfIpsec.Tests.IpsecRoom
{
    /// <summary>The message interface, byte by byte: layouts are written out here on their own.</summary>
    [TestClass]
    public class MessageInterfaceTests
    {
        private const int Head = 16, PolicySize = 100, SaSize = 112;

        private static readonly byte[] s_reply = new byte[Limits.MaxMessage];
        private static EventLog s_log;

        private static int Send(Bench bench, int type, int source, byte[] data)
        {
            byte[] request = Request(type, source, data);
            int length = bench.Messages.Send(request, request.Length, s_reply, s_log);
            Assert.IsTrue(length >= Head && length <= Limits.MaxMessage, "length of the reply");
            Assert.AreEqual(type, (int)s_reply[0], "type");
            Assert.AreEqual(MessageHeader.Ipsec, (int)s_reply[1]);
            Assert.AreEqual(source, (int)s_reply[2]);
            Assert.AreEqual(0x01020304, MessageHeader.Read32(s_reply, 4), "sequence");
            Assert.AreEqual(length - Head, MessageHeader.Read16(s_reply, 8), "length of the data");
            return MessageHeader.Read16(s_reply, 10);
        }

        private static byte[] Request(int type, int source, byte[] data)
        {
            byte[] request = new byte[Head + data.Length];
            request[0] = (byte)type;
            request[1] = (byte)source;
            request[2] = MessageHeader.Ipsec;
            request[4] = 4;
            request[5] = 3;
            request[6] = 2;
            request[7] = 1;
            request[8] = (byte)data.Length;
            System.Array.Copy(data, 0, request, Head, data.Length);
            return request;
        }

        private static byte[] Spid(int spid)
        {
            byte[] data = new byte[4];
            BigEndian.Write32(data, 0, spid);
            return data;
        }

        private static void PutIdentity(byte[] data, int at, string text, int protocol)
        {
            IPSecID id = Bench.Id(text, protocol);
            data[at] = (byte)id.Version;
            data[at + 1] = (byte)id.Protocol;
            BigEndian.Write16(data, at + 2, id.Port);
            for (int i = 0; i < 4; i++)
            {
                BigEndian.Write32(data, at + 4 + 4 * i, id.Low[i]);
                BigEndian.Write32(data, at + 20 + 4 * i, id.High[i]);
            }
        }

        private static byte[] PolicyData(int spid)
        {
            byte[] data = new byte[PolicySize];
            BigEndian.Write32(data, 0, spid);
            data[4] = PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT;
            data[5] = 4;
            BigEndian.Write16(data, 6, 3);
            BigEndian.Write32(data, 8, PolicyFlags.SP_PROTO_ESP);
            PutIdentity(data, 12, "10.0.0.77", 6);
            PutIdentity(data, 48, "10.0.0.0/24,5001", 6);
            int[] remote = IpAddress.Parse("10.0.0.78").Words;
            for (int i = 0; i < 4; i++)
            {
                BigEndian.Write32(data, 84 + 4 * i, remote[i]);
            }
            return data;
        }

        private static byte[] SaData(int spid, int encryption, int keyBytes, int integrity, int macBytes)
        {
            byte[] data = new byte[SaSize];
            BigEndian.Write32(data, 0, spid);
            BigEndian.Write16(data, 4, encryption);
            BigEndian.Write16(data, 6, keyBytes);
            BigEndian.Write16(data, 8, integrity);
            BigEndian.Write16(data, 10, macBytes);
            BigEndian.Write32(data, 12, 0x1001);
            BigEndian.Write32(data, 16, 0x2001);
            return data;
        }

        [TestMethod]
        public void APolicyIsAddedReadFoundAndDeleted()
        {
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, PolicyData(9)));
            Assert.AreEqual(9, BigEndian.Read32(s_reply, Head));
            Assert.AreEqual(Status.XE_EXIST, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, PolicyData(9)));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.GET_POLICY, MessageHeader.Ike, Spid(9)));
            Assert.AreEqual(Hex.Format(PolicyData(9), 0, PolicySize), Hex.Format(s_reply, Head, PolicySize));
            byte[] lookup = new byte[72];
            PutIdentity(lookup, 0, "10.0.0.77", 6);
            PutIdentity(lookup, 36, "10.0.0.0/24,5001", 6);
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.LOOKUP_POLICY, MessageHeader.Ike, lookup), "that one is of domain 3");
            byte[] anywhere = PolicyData(10);
            anywhere[7] = 0;
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, anywhere));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.LOOKUP_POLICY, MessageHeader.Ike, lookup));
            Assert.AreEqual(10, BigEndian.Read32(s_reply, Head));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.DEL_POLICY, MessageHeader.Admin, Spid(10)));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.DEL_POLICY, MessageHeader.Admin, Spid(9)));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.GET_POLICY, MessageHeader.Ike, Spid(9)));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.LOOKUP_POLICY, MessageHeader.Ike, lookup));
        }

        // Place in the data, value: ends that no packet can have, and flags that are not the caller's.
        [TestMethod]
        [DataRow(9, 1)]            // built in
        [DataRow(13, 47)]          // GRE has no ports
        [DataRow(13, 1)]           // an ICMP type is 256 and more
        [DataRow(12, 5)]
        public void APolicyThatCannotBeIsABadParameter(int octet, int value)
        {
            Bench bench = Bench.Started();
            byte[] data = PolicyData(9);
            BigEndian.Write16(data, 14, 80);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, data));
            data[3] = 10;
            data[octet] = (byte)value;
            data[49] = octet == 13 ? (byte)value : data[49];
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, data));
            Assert.AreEqual(1, bench.Spd.Count);
        }

        [TestMethod]
        public void PoliciesAreReadOneAfterTheOther()
        {
            Bench bench = Bench.Started();
            int[] spids = new int[3];
            for (int i = 0; i < 3; i++)
            {
                spids[i] = bench.AddPolicy(PolicyAction.IPSEC_POLICY_DROP, "any", "10.0.0." + i.ToString(), 0, 4, 0).Spid;
            }
            int last = 0;
            for (int i = 0; i < 3; i++)
            {
                Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.GET_POLICIES, MessageHeader.Ike, Spid(last)));
                last = BigEndian.Read32(s_reply, Head);
                Assert.AreEqual(spids[i], last);
            }
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.GET_POLICIES, MessageHeader.Ike, Spid(last)));
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.GET_POLICIES, MessageHeader.Ike, Spid(12345)));
        }

        [TestMethod]
        public void AnSaIsAddedReadAndDeleted()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, Send(bench, MessageType.GET_SA, MessageHeader.Admin, Spid(policy.Spid)));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, SaData(policy.Spid, 20, 32, 0, 0)), "an AEAD is welcome from a key daemon");
            Assert.AreEqual(0x1001, BigEndian.Read32(s_reply, Head + 12));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.GET_SA, MessageHeader.Admin, Spid(policy.Spid)));
            Assert.AreEqual(20, BigEndian.Read16(s_reply, Head + 4));
            Assert.AreEqual(32, BigEndian.Read16(s_reply, Head + 6));
            Assert.AreEqual(0x2001, BigEndian.Read32(s_reply, Head + 16));
            Assert.AreEqual(Hex.Format(new byte[16], 0, 16), Hex.Format(s_reply, Head + 24, 16), "no limit");
            byte[] limited = SaData(policy.Spid, 20, 32, 0, 0);
            BigEndian.Write32(limited, 12, 0x1002);
            BigEndian.Write64(limited, 24, 5000);
            BigEndian.Write64(limited, 32, 70);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, limited));
            Assert.AreEqual(Hex.Format(limited, 24, 16), Hex.Format(s_reply, Head + 24, 16), "its own limits, not the policy's");
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.DEL_SA, MessageHeader.Admin, Spid(policy.Spid)));
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, Send(bench, MessageType.DEL_SA, MessageHeader.Admin, Spid(policy.Spid)));
        }

        // An SA with a scope: ports 5000 to 5001 of the peer, any of ours.
        private static byte[] ScopedSaData(int spid)
        {
            byte[] data = new byte[SaSize + 4 + 2 * 40];
            System.Array.Copy(SaData(spid, 20, 32, 0, 0), 0, data, 0, SaSize);
            BigEndian.Write16(data, SaSize, 1);
            BigEndian.Write16(data, SaSize + 2, 1);
            PutSelector(data, SaSize + 4, "10.0.0.77", 0, 65535);
            PutSelector(data, SaSize + 44, "10.0.0.78", 5000, 5001);
            return data;
        }

        private static void PutSelector(byte[] data, int at, string address, int first, int last)
        {
            int[] words = IpAddress.Parse(address).Words;
            data[at] = 4;
            data[at + 1] = Bench.Tcp;
            BigEndian.Write16(data, at + 2, first);
            BigEndian.Write16(data, at + 4, last);
            for (int i = 0; i < 4; i++)
            {
                BigEndian.Write32(data, at + 8 + 4 * i, words[i]);
                BigEndian.Write32(data, at + 24 + 4 * i, words[i]);
            }
        }

        // the peer's port, and whether the SA carries it
        [TestMethod]
        [DataRow(4999, false)]
        [DataRow(5000, true)]
        [DataRow(5001, true)]
        [DataRow(5002, false)]
        [DataRow(-1, false)]
        public void AnSaCarriesItsScopeBothWaysAndNothingElse(int port, bool carried)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, ScopedSaData(policy.Spid)));
            int[] info = bench.TcpOut(policy);
            info[NfIpsec.Base.Ports.PacketInfo.DestinationPort] = port;
            bench.Outbound.Handle(info);
            Assert.AreEqual(carried ? 1 : 0, bench.Packets.Sent);
            Assert.AreEqual(carried ? 0 : 1, bench.Tally.Xe[Status.XE_SA_NOT_FOUND]);
            bench.Packets.Inner = Bench.TcpIn();
            bench.Packets.Inner[NfIpsec.Base.Ports.PacketInfo.SourcePort] = port;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(carried ? 1 : 0, bench.Packets.Delivered);
            Assert.AreEqual(carried ? 0 : 1, bench.Tally.Xe[Status.XE_INBOUND_POLICY_FAILURE]);
        }

        private static byte[] PeerData(int spi, string address, int port)
        {
            byte[] data = new byte[24];
            BigEndian.Write32(data, 0, spi);
            BigEndian.Write32(data, 4, port);
            int[] words = IpAddress.Parse(address).Words;
            for (int i = 0; i < 4; i++)
            {
                BigEndian.Write32(data, 8 + 4 * i, words[i]);
            }
            return data;
        }

        // The newest packet of an SA whose peer may move is told when it comes from elsewhere, once until there is an answer; an older one,
        // and one of an SA of which no daemon has said where its peer is, never.
        [TestMethod]
        public void APeerThatMovesIsToldOnceUntilTheDaemonAnswers()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(PolicyFlags.SP_CHECK_REPLAY);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, SaData(policy.Spid, 20, 32, 0, 0)));
            bench.Events.Open = true;
            bench.Packets.Inner = Bench.TcpIn();
            bench.Packets.Inner[NfIpsec.Base.Ports.PacketInfo.Flags] |= NfIpsec.Base.Ports.PacketInfo.FlagMoved;
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(0, bench.Events.Count, "nobody has said where it is");

            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.PEER_AT, MessageHeader.Admin, PeerData(Bench.LocalSpi, "10.0.0.78", 4500)));
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, Send(bench, MessageType.PEER_AT, MessageHeader.Ike, PeerData(0x7777, "10.0.0.78", 4500)));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.PEER_AT, MessageHeader.Ike, PeerData(Bench.LocalSpi, "10.0.0.78", 14500)));
            Assert.AreEqual(14500, policy.Session.EncapRemote);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 5));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 6));
            Assert.AreEqual(1, bench.Events.Count);
            int[] told = new int[NfIpsec.Ipsec.Message.EventQueue.Words];
            bench.Events.Take(told);
            Assert.AreEqual(MessageType.PEER_MOVED, told[NfIpsec.Ipsec.Message.EventQueue.Type]);
            Assert.AreEqual(Bench.LocalSpi, told[NfIpsec.Ipsec.Message.EventQueue.InboundSpi]);

            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.PEER_AT, MessageHeader.Ike, PeerData(Bench.LocalSpi, "10.0.0.78", 14500)));
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 4));
            Assert.AreEqual(0, bench.Events.Count, "held back on its way");
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 7));
            Assert.AreEqual(1, bench.Events.Count);
        }

        // A tunnel whose SA carries 10.9.0.1 in the place of 10.0.0.77.
        private static byte[] AliasedSaData(int spid)
        {
            byte[] data = ScopedSaData(spid);
            PutSelector(data, SaSize + 4, "10.9.0.1", 0, 65535);
            PutAddress(data, 80, "10.0.0.77");
            PutAddress(data, 96, "10.9.0.1");
            return data;
        }

        private static void PutAddress(byte[] data, int at, string address)
        {
            int[] words = IpAddress.Parse(address).Words;
            for (int i = 0; i < 4; i++)
            {
                BigEndian.Write32(data, at + 4 * i, words[i]);
            }
        }

        private static SecurityPolicy Tunnel(Bench bench)
        {
            int spid = 0;
            Assert.AreEqual(Status.XE_OK, bench.Admin.IPSecAdminAddPolicy(PolicyAction.IPSEC_POLICY_SECURE_TUNNEL, Bench.Tcp, "10.0.0.77", "10.0.0.78", "10.0.0.78",
                PolicyFlags.SP_PROTO_ESP, 4, ref spid), bench.Admin.LastError);
            return bench.Spd.Find(spid);
        }

        // Out: the scope sees the virtual address, the policy saw our own. In: the other way round.
        [TestMethod]
        public void AVirtualAddressStandsForOursInTheSaAlone()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = Tunnel(bench);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, AliasedSaData(policy.Spid)));
            Assert.AreEqual(Hex.Format(AliasedSaData(policy.Spid), 80, 32), Hex.Format(s_reply, Head + 80, 32), "the answer names it");
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Packets.Sent);
            Assert.AreEqual(1, bench.Packets.LastReaddressOutbound);
            bench.Packets.ReaddressResult = 0;
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(1, bench.Packets.Sent, "another source of ours is outside of the scope");
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_SA_NOT_FOUND]);
            bench.Packets.ReaddressResult = 1;
            bench.Packets.Inner = Bench.TcpIn();
            IpAddress.Copy(IpAddress.Parse("10.9.0.1").Words, 0, bench.Packets.Inner, NfIpsec.Base.Ports.PacketInfo.Destination);
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 1));
            Assert.AreEqual(1, bench.Packets.Delivered);
            Assert.AreEqual(0, bench.Packets.LastReaddressOutbound);
            bench.Packets.Inner = Bench.TcpIn();
            bench.Inbound.Handle(Bench.EspIn(Bench.LocalSpi, 2));
            Assert.AreEqual(1, bench.Packets.Delivered, "our own address is not what the SA is for");
            Assert.AreEqual(1, bench.Tally.Xe[Status.XE_INBOUND_POLICY_FAILURE]);
        }

        [TestMethod]
        [DataRow("transport")]
        [DataRow("no scope")]
        [DataRow("another family")]
        public void AVirtualAddressWithoutTunnelScopeOrFamilyIsABadParameter(string what)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = what == "transport" ? bench.SecureTcp(0) : Tunnel(bench);
            byte[] data = AliasedSaData(policy.Spid);
            if (what == "another family")
            {
                PutAddress(data, 96, "fd00::1");
            }
            else if (what == "no scope")
            {
                byte[] cut = new byte[SaSize];
                System.Array.Copy(data, 0, cut, 0, SaSize);
                data = cut;
            }
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, data));
            Assert.AreEqual(0, bench.Sad.Count);
        }

        // one octet of a good scope changed; a length of -1: a byte is missing
        [TestMethod]
        [DataRow(1, 0)]
        [DataRow(1, 2)]
        [DataRow(3, 0)]
        [DataRow(0, 255)]
        [DataRow(4, 6)]
        [DataRow(44, 0)]
        [DataRow(-1, 0)]
        public void AScopeThatIsNotWellFormedIsABadParameter(int octet, int value)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            byte[] data = ScopedSaData(policy.Spid);
            if (octet < 0)
            {
                byte[] cut = new byte[data.Length - 1];
                System.Array.Copy(data, 0, cut, 0, cut.Length);
                data = cut;
            }
            else
            {
                data[SaSize + octet] = (byte)value;
            }
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, data));
            Assert.AreEqual(0, bench.Sad.Count);
        }

        [TestMethod]
        [DataRow(12, 16, 0, 0, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(12, 17, 12, 32, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(3, 24, 12, 32, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(20, 16, 12, 32, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(12, 16, 99, 32, Status.XE_UNKNOWN_ALGORITHM)]
        [DataRow(12, 16, 12, 32, Status.XE_OK)]
        public void AlgorithmsOfAnSaAreChecked(int encryption, int keyBytes, int integrity, int macBytes, int expected)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            Assert.AreEqual(expected, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, SaData(policy.Spid, encryption, keyBytes, integrity, macBytes)));
        }

        [TestMethod]
        public void FlushesFlush()
        {
            Bench bench = Bench.Started();
            bench.AddSession(bench.SecureTcp(0));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.SAFLUSH, MessageHeader.Ike, new byte[0]));
            Assert.AreEqual(0, bench.Sad.Count);
            Assert.AreEqual(1, bench.Spd.Count);
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.FLUSH_SPD, MessageHeader.Ike, new byte[0]), "not the key daemon's");
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.FLUSH_SPD, MessageHeader.Admin, new byte[0]));
            Assert.AreEqual(0, bench.Spd.Count);
        }

        [TestMethod]
        public void EventsComeToThoseWhoRegistered()
        {
            s_log = new EventLog();
            Bench bench = Bench.Started();
            bench.Events.Note(MessageType.POLICY_ADDED, 1, 0, 0, 0);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.APP_REGISTER, MessageHeader.Ike, new byte[0]));
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.Outbound.Handle(bench.TcpOut(policy));
            bench.AddSession(policy);
            Assert.AreEqual(Status.XE_OK, bench.Databases.RemovePolicy(policy));
            bench.Messages.Deliver(100);
            int[] expected = { MessageType.POLICY_ADDED, MessageType.ACQUIRE, MessageType.SA_DELETED, MessageType.POLICY_DELETED };
            Assert.AreEqual(expected.Length, s_log.Count, "nothing from before, nothing twice");
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], s_log.TypeOf(i));
                Assert.AreEqual(MessageHeader.Ike, (int)s_log.Events[i][2]);
                Assert.AreEqual(60, MessageHeader.Read16(s_log.Events[i], 8));
                Assert.AreEqual(policy.Spid, BigEndian.Read32(s_log.Events[i], Head));
            }
            byte[] acquire = s_log.Events[1];
            Assert.AreEqual(6, BigEndian.Read32(acquire, Head + 16));
            Assert.AreEqual(40000, BigEndian.Read32(acquire, Head + 20));
            Assert.AreEqual(5001, BigEndian.Read32(acquire, Head + 24));
            Assert.AreEqual("0a00004d", Hex.Format(acquire, Head + 40, 4));
            Assert.AreEqual("0a00004e", Hex.Format(acquire, Head + 56, 4));
        }

        [TestMethod]
        public void RegisteringTwiceIsOneRegistration()
        {
            s_log = new EventLog();
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.APP_REGISTER, MessageHeader.Ike, new byte[0]));
            s_log = new EventLog();
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.APP_REGISTER, MessageHeader.Ike, new byte[0]));
            bench.SecureTcp(0);
            bench.Messages.Deliver(100);
            Assert.AreEqual(1, s_log.Count, "the new receiver has it");
            s_log = null;
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.APP_REGISTER, MessageHeader.Ike, new byte[0]), "nobody to register");
        }

        [TestMethod]
        public void AFailedNegotiationLetsThePolicyAskAgain()
        {
            s_log = new EventLog();
            Bench bench = Bench.Started();
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.APP_REGISTER, MessageHeader.Ike, new byte[0]));
            SecurityPolicy policy = bench.SecureTcp(0);
            bench.Outbound.Handle(bench.TcpOut(policy));
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ACQUIRE_FAIL, MessageHeader.Ike, Spid(policy.Spid)));
            Assert.AreEqual(0, bench.Waiting.Count);
            Assert.AreEqual(1, bench.Packets.Released);
            Assert.IsFalse(policy.Protection.Acquiring);
        }

        [TestMethod]
        public void TypesThatAreNotServedAreBadParameters()
        {
            int[] types = { 0, MessageType.ACQUIRE, MessageType.SA_EXPIRED, MessageType.POLICY_DELETED, 22, 255 };
            Bench bench = Bench.Started();
            for (int i = 0; i < types.Length; i++)
            {
                Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, types[i], MessageHeader.Ike, new byte[0]), "type " + types[i].ToString());
                Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, types[i], MessageHeader.Ike, new byte[4]), "type " + types[i].ToString());
            }
        }

        // One octet of a good request changed: every field of the header is checked, and the length of the data.
        [TestMethod]
        [DataRow(1, 0)]
        [DataRow(1, 9)]
        [DataRow(2, 2)]
        [DataRow(3, 1)]
        [DataRow(8, 3)]
        [DataRow(8, 5)]
        [DataRow(9, 1)]
        [DataRow(10, 1)]
        [DataRow(11, 1)]
        public void ABadHeaderIsABadParameter(int octet, int value)
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            byte[] request = Request(MessageType.GET_POLICY, MessageHeader.Ike, Spid(policy.Spid));
            bench.Messages.Send(request, request.Length, s_reply, null);
            Assert.AreEqual(Status.XE_OK, MessageHeader.Read16(s_reply, 10), "the good one");
            request[octet] = (byte)value;
            bench.Messages.Send(request, request.Length, s_reply, null);
            Assert.AreEqual(Status.XE_BAD_PARAM, MessageHeader.Read16(s_reply, 10));
        }

        [TestMethod]
        public void APatternIsClonedByMessageAndTheAnswerNamesItsParent()
        {
            Bench bench = Bench.Started();
            byte[] pattern = PolicyData(9);
            BigEndian.Write32(pattern, 8, PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CLONE_DST);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, pattern));
            byte[] clone = new byte[112];
            BigEndian.Write32(clone, 0, 9);
            PutIdentity(clone, 4, "10.0.0.77", 6);
            PutIdentity(clone, 40, "10.0.0.5,5001", 6);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.CLONE_POLICY, MessageHeader.Ike, clone));
            int spid = BigEndian.Read32(s_reply, Head);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.GET_POLICY, MessageHeader.Ike, Spid(spid)));
            Assert.AreEqual(9, BigEndian.Read32(s_reply, Head + PolicySize));
            Assert.AreEqual("0a000005", Hex.Format(s_reply, Head + 48 + 16, 4), "the destination is the peer's");
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.GET_POLICY, MessageHeader.Ike, Spid(9)));
            Assert.AreEqual(0, BigEndian.Read32(s_reply, Head + PolicySize));
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.ADD_SA, MessageHeader.Ike, SaData(9, 20, 16, 0, 0)), "the pattern has no keys");
            BigEndian.Write32(clone, 0, spid);
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.CLONE_POLICY, MessageHeader.Ike, clone), "a clone is no pattern");
            BigEndian.Write32(clone, 0, 77);
            Assert.AreEqual(Status.XE_POLICY_NOT_FOUND, Send(bench, MessageType.CLONE_POLICY, MessageHeader.Ike, clone));
            clone[4] = 5;
            BigEndian.Write32(clone, 0, 9);
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.CLONE_POLICY, MessageHeader.Ike, clone), "no such family");
        }

        // Bytes of data that each request has, by type from 1, -1 for an event; every shorter message and one that is a byte longer is malformed, as is
        // the same under a header that tells another length.
        [TestMethod]
        public void EveryTruncationOfEveryTypeIsABadParameter()
        {
            int[] sizes = { 0, 112, 16, 8, 8, 4, SaSize, 4, 4, 72, 0, 100, 4, 4, 4, 0, -1, -1, -1, -1, -1, 8 };
            s_log = new EventLog();
            Bench bench = Bench.Started();
            byte[] reply = new byte[Limits.MaxMessage];
            for (int type = 1; type <= sizes.Length; type++)
            {
                int source = type <= MessageType.ADD_SA || type == MessageType.STAND_BACK ? MessageHeader.Ike : MessageHeader.Admin;
                for (int size = 0; size <= sizes[type - 1] + 1; size++)
                {
                    byte[] request = Request(type, source, new byte[size]);
                    int length = bench.Messages.Send(request, request.Length, reply, s_log);
                    Assert.AreEqual(type, (int)reply[0]);
                    int status = MessageHeader.Read16(reply, 10);
                    string what = "type " + type.ToString() + ", " + size.ToString() + " bytes";
                    if (size != sizes[type - 1])
                    {
                        Assert.AreEqual(Status.XE_BAD_PARAM, status, what);
                        Assert.AreEqual(Head, length, what);
                    }
                    for (int cut = 0; cut < request.Length; cut++)
                    {
                        bench.Messages.Send(request, cut, reply, s_log);
                        Assert.AreEqual(Status.XE_BAD_PARAM, MessageHeader.Read16(reply, 10), what + " cut to " + cut.ToString());
                    }
                }
            }
            Assert.AreEqual(0, bench.Spd.Count);
            Assert.AreEqual(0, bench.Sad.Count);
        }

        [TestMethod]
        public void AnotherSessionSendsWhenOneStandsBack()
        {
            Bench bench = Bench.Started();
            SecurityPolicy policy = bench.SecureTcp(0);
            IpsecSession first = bench.AddSession(policy);
            SaRequest next = Bench.Request();
            next.InboundSpi = 0x1002;
            IpsecSession second = bench.AddSession(policy, next);
            byte[] wanted = new byte[8];
            BigEndian.Write32(wanted, 0, 0x1002);
            BigEndian.Write32(wanted, 4, 2);
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.STAND_BACK, MessageHeader.Ike, wanted));
            BigEndian.Write32(wanted, 4, 1);
            Assert.AreEqual(Status.XE_BAD_PARAM, Send(bench, MessageType.STAND_BACK, MessageHeader.Admin, wanted), "the key daemon's alone");
            Assert.AreSame(second, policy.Session);
            Assert.AreEqual(Status.XE_OK, Send(bench, MessageType.STAND_BACK, MessageHeader.Ike, wanted));
            Assert.AreSame(first, policy.Session);
            Assert.IsTrue(second.Standby);
            BigEndian.Write32(wanted, 0, 0x1003);
            Assert.AreEqual(Status.XE_SA_NOT_FOUND, Send(bench, MessageType.STAND_BACK, MessageHeader.Ike, wanted));
        }

        [TestMethod]
        public void LengthsThatLieAreBadParameters()
        {
            Bench bench = Bench.Started();
            byte[] request = Request(MessageType.ADD_POLICY, MessageHeader.Admin, PolicyData(0));
            int[] lengths = { -1, 0, 1, 15, 16, 20, request.Length - 1, request.Length + 1, int.MaxValue };
            for (int i = 0; i < lengths.Length; i++)
            {
                Assert.AreEqual(Head, bench.Messages.Send(request, lengths[i], s_reply, null), "length " + lengths[i].ToString());
                Assert.AreEqual(Status.XE_BAD_PARAM, MessageHeader.Read16(s_reply, 10));
            }
            Assert.AreEqual(Head, bench.Messages.Send(null, 16, s_reply, null));
            Assert.AreEqual(-Status.XE_DST_OUT_OF_SPACE, bench.Messages.Send(request, request.Length, new byte[15], null));
            Assert.AreEqual(-Status.XE_DST_OUT_OF_SPACE, bench.Messages.Send(request, request.Length, null, null));
            Assert.AreEqual(0, bench.Spd.Count);
        }

        [TestMethod]
        public void RandomMessagesNeverThrow()
        {
            Bench bench = Bench.Started();
            byte[] data = new byte[SaSize];
            int[] sizes = { 0, 4, SaSize, 72, PolicySize, 108 };
            for (int i = 0; i < 3000; i++)
            {
                byte[] cut = new byte[sizes[i % 6]];
                bench.Random.Fill(data, 0, data.Length);
                System.Array.Copy(data, 0, cut, 0, cut.Length);
                byte[] request = Request(i % 24, MessageHeader.Ike + i % 2, cut);
                if (cut.Length > 40 && i % 3 > 0)
                {
                    request[Head + 12] = 4;        // closer to a good policy
                    request[Head + 20] = 4;
                }
                bench.Messages.Send(request, request.Length, s_reply, null);
            }
        }

        [TestMethod]
        public void NothingIsServedBeforeInit()
        {
            Bench bench = new Bench();
            Assert.AreEqual(Status.NFI_NOT_STARTED, Send(bench, MessageType.ADD_POLICY, MessageHeader.Admin, PolicyData(0)));
        }
    }
}
