using NfIpsec.Base.Ports;
using NfIpsec.Node;
#if IKE_V2
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ikev2;
#endif
#if INCLUDE_CLI
using NfIpsec.Console;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Shell;
#endif
#if INCLUDE_CLI && IKE_V2 && IKEv2_MENUS
using NfIpsec.IkeConsole;
#endif

namespace NfIpsec.Product
{
    /// <summary>Node, key daemon and console put together as the build's options say: the one place that knows them all. What is left
    /// out here no other room asks for.</summary>
    /// <remarks>Without IKE_V2 keys are set by hand. Without INCLUDE_CLI there is no ike_rc either: the board's Program adds policies
    /// through <see cref="IpsecNode.Admin"/> before <see cref="Run"/>.</remarks>
    public sealed class IpsecProduct
    {
        public readonly IpsecNode Node;
#if IKE_V2
        /// <summary>IKE's administrative interface. Only the node's thread uses it.</summary>
        public readonly IkeAdmin Ike;
#endif
#if INCLUDE_CLI
        /// <summary>The console's thread.</summary>
        public readonly Terminal Terminal;
#endif

        /// <param name="streams">For the console's tcp commands; may be null.</param>
        /// <param name="console">Where the console is; without one nothing is read from it.</param>
        /// <param name="canQuit">True where "quit" makes sense: on the virtual board.</param>
        public IpsecProduct(NodePorts ports, StreamPort streams, ConsolePort console, bool canQuit)
        {
            Node = new IpsecNode(ports);
#if IKE_V2
            IkeModule ike = new IkeModule(PortsOf(ports), Node.Admin, Node.Messages);
            ike.Add(new Ikev2Module(ike));
            Node.Keys = ike;
            Ike = ike.Admin;
#endif
#if INCLUDE_CLI
#if IKE_V2 && IKEv2_MENUS
            CommandModule module = new IkeCommands(Node.Admin, Ike, ports.Files);
#else
            CommandModule module = null;
#endif
            Runner runner = new Runner(Node.Admin, module, ports.Packets, ports.Files, streams, console, canQuit);
            Node.Commands = runner;
            Terminal = new Terminal(console, runner.Queue, ports.Packets, new Completion(runner.Parser));
#endif
        }

        /// <summary>The node's thread: until it is stopped. The console gets a thread of its own.</summary>
        public void Run()
        {
#if INCLUDE_CLI
            Terminal.Start();
#endif
            Node.Run();
        }

#if IKE_V2
        private IkePorts PortsOf(NodePorts ports)
        {
            IkePorts ike = new IkePorts();
            ike.Packets = ports.Packets;
            ike.Clock = ports.Clock;
            ike.Random = ports.Random;
            ike.Jobs = ports.Jobs;
            ike.Files = ports.Files;
            ike.Log = Node.Log;
            ike.KeyLog = ports.KeyLog;
            return ike;
        }
#endif
    }
}
