using System;
using System.Threading;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Ipsec;
using NfIpsec.Ipsec.Management;
using NfIpsec.Ipsec.Message;

namespace NfIpsec.Node
{
    /// <summary>Called in the node's thread when ike_rc has been executed.</summary>
    public delegate void StartedHandler();

    /// <summary>The product put together, and the one thread that owns its state. Everything that changes policies, security
    /// associations or sessions happens inside <see cref="Poll"/>.</summary>
    public sealed class IpsecNode
    {
        /// <summary>How long ike_rc waits for addresses at most (IPV6_ADDR_CFG_CHK_WAIT_TIME), milliseconds.</summary>
        public const int AddressWaitMs = 60000;

        private const int PacketSlice = 16, AddressCheckMs = 1000, LongestWaitMs = 60000, AfterFaultMs = 10;
        private const int PacketStage = 0, KeyStage = 1, TimerStage = 2, CommandStage = 3, StartStage = 4, Stages = 5;
        private const int Waiting = 0, Executing = 1, Running = 2;

        private readonly PacketPort _packets;
        private readonly ClockPort _clock;
        private readonly FilePort _files;
        private readonly IpsecModule _ipsec;
        private readonly IkeBypass _bypass;
        private readonly Addresses _addresses;
        private readonly long _giveUpAt;
        private int _stage = Waiting;
        private long _nextCheck;
        private bool _bypassDue = true;
        private long _bypassAt;
        private int _bypassStatus;
        private int _stopped;
        private int _faults;
#if IKE_DEBUG
        private readonly KeyLog _keyLog;
#endif

        /// <summary>The console, or null. Set it before <see cref="Run"/>.</summary>
        public CommandPort Commands;

        /// <summary>Who negotiates keys, or null: then they are set by hand. Set it before <see cref="Run"/>.</summary>
        public KeyDaemon Keys;

        /// <summary>Where the key daemon logs: commands answer there too.</summary>
        public readonly LogPort Log;

        /// <summary>Called when ike_rc has been executed and the console takes lines; may be null.</summary>
        public StartedHandler Started;

        /// <summary>0, or why IPsec does not start: then nothing passes and no policy can be added.</summary>
        public readonly int Status;

        public IpsecNode(NodePorts ports)
        {
            _packets = ports.Packets;
            _clock = ports.Clock;
            _files = ports.Files;
            _ipsec = new IpsecModule(ports.Packets, ports.Clock, ports.Random);
            // first of all: before it the message interface takes no registration
            Status = _ipsec.Admin.IPSecInit();
            if (ports.Forward && Status == Base.Status.XE_OK)
            {
                Status = -ports.Packets.Forward(1);
            }
            Log = new CommandLog(this);
            _ipsec.Receiver = new NodeReceiver(this, ports.Packets);
            _bypass = new IkeBypass(ports.Packets, _ipsec.Admin);
            _addresses = new Addresses(ports.Packets, ports.WaitForIp6);
            _giveUpAt = ports.Clock.Now + AddressWaitMs;
#if IKE_DEBUG
            _keyLog = ports.KeyLog == null ? null : new KeyLog(ports.KeyLog, _ipsec.Admin);
#endif
        }

        /// <summary>The management interface. Only the node's thread uses it.</summary>
        public IpsecAdmin Admin
        {
            get { return _ipsec.Admin; }
        }

        /// <summary>The message interface, for the key daemon.</summary>
        public MessageInterface Messages
        {
            get { return _ipsec.Messages; }
        }

        /// <summary>Exceptions that reached the node's thread: programming errors. The packet at hand was not sent.</summary>
        public int Faults
        {
            get { return _faults; }
        }

        /// <summary>True when ike_rc has been executed.</summary>
        public bool IsStarted
        {
            get { return _stage == Running; }
        }

        /// <summary>When Poll wants to be called again, in the clock's milliseconds, unless a packet comes before.</summary>
        public long NextDue
        {
            get
            {
                long due = Keys == null ? _ipsec.NextDue : Earlier(_ipsec.NextDue, Keys.NextDue);
                if (_bypassDue)
                {
                    due = Earlier(due, _bypassAt);
                }
                if (Commands != null && Commands.NextDue < due)
                {
                    due = Commands.NextDue;
                }
                return _stage == Waiting && _nextCheck < due ? _nextCheck : _stage == Executing ? 0 : due;
            }
        }

        private static long Earlier(long a, long b)
        {
            return a < b ? a : b;
        }

        /// <summary>One round: packets first, then finished jobs and IKE, timers, commands, each in a bounded slice. Never throws: a
        /// fault in one does not keep the others from their turn.</summary>
        /// <returns>How many packets and events were taken.</returns>
        public int Poll(long now)
        {
            int taken = 0;
            for (int stage = PacketStage; stage < Stages; stage++)
            {
                try
                {
                    taken += Step(stage, now);
                }
                catch (Exception e)
                {
                    Fault(e);
                }
            }
            return taken;
        }

        private int Step(int stage, long now)
        {
            switch (stage)
            {
                case PacketStage:
                    return _ipsec.TakePackets(PacketSlice);
                case KeyStage:
                    if (Keys != null)
                    {
                        Keys.Poll(now);
                    }
                    break;
                case TimerStage:
                    PollTimers(now);
                    break;
                case CommandStage:
                    PollCommands(now);
                    break;
                default:
                    StartUp(now);
                    break;
            }
            return 0;
        }

        private void PollTimers(long now)
        {
            if (now >= _ipsec.NextDue)
            {
                _ipsec.Poll(now);
            }
            if (_bypassDue && now >= _bypassAt)
            {
                RefreshBypass(now);
            }
        }

        // One that cannot be installed is said once and tried again.
        private void RefreshBypass(long now)
        {
            int before = _bypassStatus;
            _bypassStatus = Status == Base.Status.XE_OK ? _bypass.Refresh(Keys != null) : Base.Status.XE_OK;
            _ipsec.Admin.RefreshLocalEndpoints();
            _bypassDue = _bypassStatus != Base.Status.XE_OK;
            _bypassAt = now + AddressCheckMs;
            if (_bypassDue && _bypassStatus != before && Commands != null)
            {
                Commands.Report("a built-in bypass policy cannot be installed: " + _ipsec.Admin.LastError);
            }
        }

        /// <summary>The node's thread: until <see cref="Stop"/> or until the console wants the end.</summary>
        public void Run()
        {
            while (_stopped == 0 && (Commands == null || !Commands.QuitRequested))
            {
                int before = _faults;
                int taken = Poll(_clock.Now);
                if (_faults != before)
                {
                    Thread.Sleep(AfterFaultMs);
                }
                if (taken < PacketSlice)
                {
                    Sleep();
                }
            }
        }

        /// <summary>Ends <see cref="Run"/>; any thread may call it.</summary>
        public void Stop()
        {
            Interlocked.Exchange(ref _stopped, 1);
            _packets.Wake();
        }

        internal void AddressesChanged()
        {
            _nextCheck = 0;
            _bypassDue = true;
            _bypassAt = 0;
        }

        internal void EchoReply(int sequence, int microseconds)
        {
            if (Commands != null)
            {
                Commands.EchoReply(sequence, microseconds);
            }
        }

        private void Sleep()
        {
            long wait = NextDue - _clock.Now;
            if (wait > 0 && !QuitRequested)
            {
                _packets.Wait(wait < LongestWaitMs ? (int)wait : LongestWaitMs);
            }
        }

        private bool QuitRequested
        {
            get { return Commands != null && Commands.QuitRequested; }
        }

        private void PollCommands(long now)
        {
            if (Commands != null && now >= Commands.NextDue)
            {
                Commands.Poll(now);
            }
#if IKE_DEBUG
            if (_keyLog != null)
            {
                _keyLog.Update(now);
            }
#endif
        }

        private void StartUp(long now)
        {
            if (_stage == Waiting && now >= _nextCheck)
            {
                _nextCheck = now + AddressCheckMs;
                if (_addresses.AreUp() || now >= _giveUpAt)
                {
                    RefreshBypass(now);
                    RunStartFile();
                    _stage = Executing;
                }
            }
            if (_stage == Executing && (Commands == null || !Commands.Busy))
            {
                _stage = Running;
                Announce();
            }
        }

        private void RunStartFile()
        {
            if (Commands == null)
            {
                return;
            }
            if (Status != Base.Status.XE_OK)
            {
                Commands.Report("IPsec does not start, status " + Status.ToString() + ": nothing passes");
            }
            byte[] file = _files.Read(CommandPort.StartFile);
            if (file == null)
            {
                Commands.Report(CommandPort.StartFile + ": no such file; nothing passes until policies are added");
                return;
            }
            Array.Clear(file, 0, file.Length);        // it may hold keys
            Commands.RunFile(CommandPort.StartFile);
        }

        private void Announce()
        {
            if (Started != null)
            {
                Started();
            }
            if (Commands != null)
            {
                Commands.Ready();
            }
        }

        // Said for the 1st, 2nd, 4th, 8th ... time: a fault in every packet must not fill the terminal.
        private void Fault(Exception e)
        {
            _faults++;
            _ipsec.Recover();
            if (Commands != null && (_faults & (_faults - 1)) == 0)
            {
                Commands.Report("internal error " + _faults.ToString() + ": " + e.ToString());
            }
        }
    }
}
