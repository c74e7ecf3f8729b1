using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;
using NfIpsec.Console.Names;
using NfIpsec.Console.Shell;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console
{
    /// <summary>Executes command lines in the node's thread: those that the terminal posts and those of files, one after the other.
    /// A command that takes time keeps the next line waiting; packets go on meanwhile.</summary>
    public sealed class Runner : CommandPort
    {
        /// <summary>How the stream port begins the line about a transfer that was sent, or failed.</summary>
        private const string Sent = "tcp sent ", Failed = "tcp failed ";

        private const int LinesPerPoll = 4, LastTransferMs = 30000, TransferPollMs = 50;

        private readonly PacketPort _packets;
        private readonly FilePort _files;
        private readonly StreamPort _streams;
        private readonly Answer _answer;
        private readonly LineQueue _queue = new LineQueue();
        private readonly Parser _parser;
        private readonly IpsecCommands _ipsec;
        private readonly IpsecAdmin _admin;
        private readonly CommandModule _module;
        private readonly Script[] _scripts = new Script[Limits.MaxScriptDepth];
        private int _depth;
        private Activity _activity;
        private bool _fromTerminal;   // a prompt is due when what runs has ended
        private bool _ready;
        private bool _quit;
        private bool _streaming;
        private long _polled;
        private int _sending;
        private long _endSeen;        // when the terminal was first found gone, 0 not yet
        private int _echoes;
        private readonly bool _canQuit;

        /// <param name="module">The commands of IKE, or null in an image without it.</param>
        /// <param name="canQuit">True where "quit" makes sense: on the virtual board.</param>
        public Runner(IpsecAdmin admin, CommandModule module, PacketPort packets, FilePort files, StreamPort streams, ConsolePort console, bool canQuit)
        {
            _admin = admin;
            _module = module;
            _packets = packets;
            _files = files;
            _streams = streams;
            _canQuit = canQuit;
            _answer = new Answer(console);
            _parser = Table.NewParser(module);
            _ipsec = new IpsecCommands(admin, module, files, _answer);
            if (module != null)
            {
                module.Attach(_answer);
            }
        }

        public LineQueue Queue
        {
            get { return _queue; }
        }

        public Parser Parser
        {
            get { return _parser; }
        }

        /// <summary>Errors reported so far.</summary>
        public int Errors
        {
            get { return _answer.Errors; }
        }

        public override bool Busy
        {
            get { return _activity != null || _depth > 0; }
        }

        public override bool QuitRequested
        {
            get { return _quit; }
        }

        public override long NextDue
        {
            get
            {
                if (_activity != null)
                {
                    return _queue.Interrupted ? 0 : _activity.NextDue;
                }
                bool ended = _endSeen == 0 && _queue.Ended;
                bool work = Busy || _fromTerminal || (_ready && (ended || _queue.Waiting));
                if (work)
                {
                    return 0;
                }
                // A transfer ends in a thread of its own, which wakes nobody: it is looked for while there can be one.
                long transfer = _streaming ? _polled + TransferPollMs : long.MaxValue;
                long end = _endSeen != 0 && _canQuit ? _endSeen + LastTransferMs : long.MaxValue;
                return transfer < end ? transfer : end;
            }
        }

        public override void Ready()
        {
            _ready = true;
            _answer.Prompt();
        }

        public override void RunFile(string name)
        {
            byte[] bytes = _files.Read(name);
            if (bytes == null)
            {
                _answer.Error(name + ": no such file");
            }
            else if (_depth == Limits.MaxScriptDepth)
            {
                _answer.Error(name + ": files call each other more than " + Limits.MaxScriptDepth.ToString() + " deep");
            }
            else
            {
                if (_depth == 0 && name == StartFile)
                {
                    _ipsec.HoldClear();
                }
                _scripts[_depth++] = new Script(name, bytes);
            }
        }

        public override void EchoReply(int sequence, int microseconds)
        {
            if (_activity != null)
            {
                _activity.EchoReply(sequence, microseconds);
            }
        }

        public override void Report(string line)
        {
            _answer.Aside(line, Busy || !_ready);
        }

        public override void Poll(long now)
        {
            _polled = now;
            if (_queue.TakeInterrupt())
            {
                Interrupt();
            }
            if (_streaming)
            {
                TakeTransfers();
            }
            for (int i = 0; i < LinesPerPoll && Step(now); i++)
            {
            }
            if (_ready && !Busy && _queue.Ended)
            {
                EndOfInput(now);
            }
        }

        /// <summary>Executes one line at once, as if it had been typed. For tests and for start-up code.</summary>
        public void Execute(string line, long now)
        {
            Parsed parsed = _parser.Parse(line);
            if (parsed.Error != null)
            {
                _answer.Error(parsed.Error);
            }
            else if (parsed.Command != null)
            {
                Dispatch(parsed, now);
            }
        }

        // True when there may be more to do at once.
        private bool Step(long now)
        {
            if (_fromTerminal && !Busy)
            {
                _fromTerminal = false;
                _answer.Prompt();
                return true;
            }
            if (_activity != null)
            {
                _activity.Poll(now);
                bool done = _activity.Done;
                _activity = done ? null : _activity;
                return done;
            }
            if (_depth > 0)
            {
                StepScript(now);
                return true;
            }
            return StepTerminal(now);
        }

        private void StepScript(long now)
        {
            Script script = _scripts[_depth - 1];
            if (script.AtEnd)
            {
                _scripts[--_depth] = null;
                _answer.Place = _depth > 0 ? _scripts[_depth - 1].Place : "";
                if (_depth == 0 && script.Name == StartFile)
                {
                    _ipsec.ReleaseClear();
                }
                return;
            }
            PostedLine line = script.Take();
            _answer.Place = script.Place;
            ExecutePosted(line, now);
        }

        private bool StepTerminal(long now)
        {
            PostedLine line = _ready ? _queue.Take() : null;
            if (line == null)
            {
                return false;
            }
            _answer.Place = "";
            _fromTerminal = true;
            ExecutePosted(line, now);
            return true;
        }

        private void ExecutePosted(PostedLine line, long now)
        {
            if (line.Error != null)
            {
                _answer.Error(line.Error);
            }
            else
            {
                Execute(line.Text, now);
            }
        }

        // A program that closed its end still gets the result of what it started to send, if that comes in time.
        private void EndOfInput(long now)
        {
            _endSeen = _endSeen == 0 ? now : _endSeen;
            _quit |= _canQuit && (_sending == 0 || now - _endSeen >= LastTransferMs);
        }

        private void Interrupt()
        {
            if (_activity != null)
            {
                _activity.Cancel();
                _activity = null;
            }
            bool starting = _depth > 0 && _scripts[0].Name == StartFile;
            LeaveFiles();
            _answer.Place = "";
            _fromTerminal = false;
            if (starting)
            {
                _answer.Error(StartFile + ": interrupted; bypass policies drop until ike reload has executed all of it");
            }
            if (_ready)
            {
                _answer.Prompt();
            }
        }

        private void Dispatch(Parsed parsed, long now)
        {
            switch (parsed.Command.Id)
            {
                case Table.Ping:
                    Ping(parsed);
                    break;
                case Table.TcpListen:
                    TcpListen(parsed);
                    break;
                case Table.TcpSend:
                    TcpSend(parsed);
                    break;
                case Table.Call:
                    RunFile(parsed.Operand(0));
                    break;
                case Table.Help:
                    new HelpCommand(_parser, _answer).Execute(parsed);
                    break;
                case Table.Reload:
                    Reload(parsed);
                    break;
                case Table.Quit:
                    Quit();
                    break;
                default:
                    if (parsed.Command.Id >= Table.FirstOfModule)
                    {
                        _activity = _module.Execute(parsed);
                        break;
                    }
                    _ipsec.Execute(parsed);
                    break;
            }
        }

        private void Ping(Parsed parsed)
        {
            int[] address = Operands.Address(parsed, 0, _answer);
            int count = Operands.Number(parsed, 'c', 4, 1, 1000000, _answer);
            int size = Operands.Number(parsed, 's', 56, 0, 65507, _answer);
            if (address != null && count >= 0 && size >= 0)
            {
                _activity = new PingCommand(_packets, _answer, address, parsed.Operand(0), count, size, _echoes);
                _echoes = (_echoes + count) & 0xFFFF;
            }
        }

        private void TcpListen(Parsed parsed)
        {
            int port = Operands.Number(parsed, 0, 1, 65535, _answer);
            if (port < 0)
            {
                return;
            }
            int result = _streams == null ? Status.NFI_FORBIDDEN : _streams.Listen(port);
            if (result != Status.XE_OK)
            {
                _answer.Error("tcp listen: " + port.ToString() + ": " + StatusText.Explain(result));
                return;
            }
            _streaming = true;
            _answer.Line("tcp listens on port " + port.ToString());
        }

        private void TcpSend(Parsed parsed)
        {
            int[] address = Operands.Address(parsed, 0, _answer);
            int port = address == null ? -1 : Operands.Number(parsed, 1, 1, 65535, _answer);
            int bytes = port < 0 ? -1 : Operands.Number(parsed, 2, 1, int.MaxValue, _answer);
            if (bytes < 0)
            {
                return;
            }
            int result = _streams == null ? Status.NFI_FORBIDDEN : _streams.Send(address, port, bytes);
            if (result != Status.XE_OK)
            {
                _answer.Error("tcp send: " + parsed.Operand(0) + ": " + StatusText.Explain(result));
                return;
            }
            _streaming = true;
            _sending++;
            _answer.Line("tcp sending " + bytes.ToString() + " bytes to " + parsed.Operand(0) + " port " + port.ToString());
        }

        private void TakeTransfers()
        {
            string line = _streams.Poll();
            while (line != null)
            {
                _answer.Aside(line, Busy);
                if (_sending > 0 && (line.StartsWith(Sent) || line.StartsWith(Failed)))
                {
                    _sending--;
                }
                line = _streams.Poll();
            }
        }

        // The tables are empty from here until ike_rc has filled them again: everything is dropped, nothing passes in clear.
        private void Reload(Parsed parsed)
        {
            if (!_ipsec.FlushAll(parsed))
            {
                return;
            }
            _admin.LegacyAllowed = IpsecAdmin.LegacyAtStart;
            if (_module != null)
            {
                _module.Reset();
            }
            LeaveFiles();
            RunFile(StartFile);
        }

        private void LeaveFiles()
        {
            while (_depth > 0)
            {
                _scripts[--_depth].Wipe();
                _scripts[_depth] = null;
            }
        }

        private void Quit()
        {
            if (_canQuit)
            {
                _quit = true;
            }
            else
            {
                _answer.Error("quit: expected on the virtual board only");
            }
        }
    }
}
