using System;
using System.Text;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Ike.Admin;
using NfIpsec.Ipsec.Management;
using NfIpsec.Node;
using NfIpsec.Product;

namespace NfIpsec.Bench
{
    /// <summary>What the two are to negotiate.</summary>
    internal sealed record Suite(string Name, string Encryption, string Integrity, string Prf, string Group);

    /// <summary>Two nodes and the wire between them.</summary>
    internal sealed class Pair
    {
        private const int Polls = 10000;
        private static readonly string[] s_addresses = { "10.0.0.1", "10.0.0.2" };

        private readonly Wire[] _wires = new Wire[2];
        private readonly StillClock _clock = new StillClock();

        /// <summary>The first begins.</summary>
        public readonly IpsecNode[] Nodes = new IpsecNode[2];

        private readonly IkeAdmin[] _ike = new IkeAdmin[2];

        /// <param name="six">Each has an IPv6 address besides.</param>
        public Pair(bool six = false)
        {
            for (int i = 0; i < 2; i++)
            {
                _wires[i] = new Wire(s_addresses[i], six);
            }
            _wires[0].Other = _wires[1];
            _wires[1].Other = _wires[0];
            for (int i = 0; i < 2; i++)
            {
                var ports = new NodePorts { Packets = _wires[i], Clock = _clock, Files = new NoFiles(), Jobs = new WaitedJobs() };
                var product = new IpsecProduct(ports, null, null, false);
                Nodes[i] = product.Node;
                _ike[i] = product.Ike;
                Require(Nodes[i].Status, "the node does not start");
            }
            _clock.Time += IpsecNode.AddressWaitMs;
            Settle();
        }

        private static void Require(int status, string error)
        {
            if (status != Status.XE_OK)
            {
                throw new InvalidOperationException(status + ": " + error);
            }
        }

        private static int[] Rows(int kind, string name)
        {
            return name == "" ? new int[0] : new[] { Algorithms.Find(kind, name) };
        }

        /// <summary>The two lines of configuration on each side; the first policy protects TCP, the second UDP.</summary>
        public void Configure(Suite suite, int policies)
        {
            for (int i = 0; i < 2; i++)
            {
                var psk = Encoding.UTF8.GetBytes("a secret of at least sixteen bytes");
                string here = s_addresses[i], there = s_addresses[1 - i];
                var remote = new RemoteConfig
                {
                    Name = "peer", Initiate = true, Accept = true, Psk = Secret.Import(psk, 0, psk.Length, out _), Remote = IpAddress.Parse(there),
                    RemoteId = IkeIdentity.Parse("ipv4:" + there, out _), LocalId = IkeIdentity.Parse("ipv4:" + here, out _),
                    Encryption = Rows(Algorithms.Encryption, suite.Encryption), Integrity = Rows(Algorithms.Integrity, suite.Integrity),
                    Prf = Rows(Algorithms.Prf, suite.Prf), Groups = Rows(Algorithms.Group, suite.Group), DpdSeconds = 0
                };
                Require(_ike[i].ikev2_CreateRemote(remote), _ike[i].LastError);
                for (int n = 0; n < policies; n++)
                {
                    var child = new ChildConfig
                    {
                        Name = "policy" + n, RemoteName = "peer", Encryption = Rows(Algorithms.Encryption, suite.Encryption),
                        Integrity = Rows(Algorithms.Integrity, suite.Integrity)
                    };
                    Require(_ike[i].IkeAdminAddIPSecConf(child, PolicyAction.IPSEC_POLICY_SECURE_TRANSPORT, n == 0 ? 6 : 17, here, there, there,
                        PolicyFlags.SP_PROTO_ESP | PolicyFlags.SP_CHECK_REPLAY, 4), _ike[i].LastError);
                }
            }
        }

        /// <summary>Brings a policy up; the sessions of each node are then that many.</summary>
        public void Up(int policy, int sessions)
        {
            Require(_ike[0].Up("policy" + policy), _ike[0].LastError);
            Settle();
            if (Nodes[0].Admin.SessionCount != sessions || Nodes[1].Admin.SessionCount != sessions)
            {
                throw new InvalidOperationException("policy " + policy + " does not come up");
            }
        }

        /// <summary>Ends everything; both know.</summary>
        public void Down()
        {
            Require(_ike[0].ikev2_shutdown(), "shutdown");
            Settle();
            if (Nodes[0].Admin.SessionCount + Nodes[1].Admin.SessionCount != 0)
            {
                throw new InvalidOperationException("sessions are left");
            }
        }

        private void Settle()
        {
            int idle = 0;
            for (int i = 0; i < Polls && idle < 4; i++)
            {
                idle = _wires[0].Busy || _wires[1].Busy ? 0 : idle + 1;
                Nodes[0].Poll(_clock.Time);
                Nodes[1].Poll(_clock.Time);
            }
        }
    }
}
