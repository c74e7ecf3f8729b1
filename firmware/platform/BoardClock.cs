using System;
using NfIpsec.Base.Ports;

namespace NfIpsec.Platform
{
    /// <summary>The board's clocks: milliseconds since start, and the time of day once somebody has set it.</summary>
    public sealed class BoardClock : ClockPort
    {
        // A board without battery starts in the past; any time before this source was written is not the time.
        private const int FirstCredibleYear = 2024;

        public override long Now
        {
            get { return Environment.TickCount64; }
        }

        public override long UtcSeconds
        {
            get
            {
                DateTime now = DateTime.UtcNow;
                if (now.Year < FirstCredibleYear)
                {
                    return -1;
                }
                return (now.Ticks - new DateTime(1970, 1, 1).Ticks) / 10000000L;
            }
        }
    }
}
