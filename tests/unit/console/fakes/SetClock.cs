using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A clock that stands until the test moves it.</summary>
    public sealed class SetClock : ClockPort
    {
        public long Time = 1000;

        public override long Now
        {
            get { return Time; }
        }

        public override long UtcSeconds
        {
            get { return -1; }
        }
    }
}
