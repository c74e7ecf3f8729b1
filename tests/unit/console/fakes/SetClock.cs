using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>A clock that stands until the test moves it.</summary>
    public sealed class SetClock : ClockPort
    {
        public long Time = 1000;

        /// <summary>Seconds since 1970; -1: the board does not know the time.</summary>
        public long Utc = -1;

        public override long Now
        {
            get { return Time; }
        }

        public override long UtcSeconds
        {
            get { return Utc; }
        }
    }
}
