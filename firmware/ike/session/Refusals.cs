using System;

namespace NfIpsec.Ike.Session
{
    /// <summary>Policies whose child a peer has refused: its packets ask for no other one for a while, longer each time, since each request
    /// costs both ends an exchange and mostly a Diffie-Hellman. Bounded: the one whose time is over first gives its place to a new
    /// one. The administrator's own request does not wait, and whatever he configures may be the cure.</summary>
    public sealed class Refusals
    {
        // Made at the first refusal, since most boards never see one.
        private int[] _spid = new int[0], _pause;
        private long[] _until;

        /// <summary>The peer has refused a child of the policy.</summary>
        /// <param name="now">Milliseconds of the clock.</param>
        public void Note(int spid, long now)
        {
            if (_spid.Length == 0)
            {
                _spid = new int[IkeLimits.MaxRefusals];
                _pause = new int[IkeLimits.MaxRefusals];
                _until = new long[IkeLimits.MaxRefusals];
            }
            int place = Array.IndexOf(_spid, spid);
            bool again = place >= 0 && now - _until[place] < IkeLimits.MaxRefusalMs;
            if (place < 0)
            {
                place = First();
            }
            int twice = again ? 2 * _pause[place] : IkeLimits.RefusalMs;
            _spid[place] = spid;
            _pause[place] = twice < IkeLimits.MaxRefusalMs ? twice : IkeLimits.MaxRefusalMs;
            _until[place] = now + _pause[place];
        }

        private int First()
        {
            int first = 0;
            for (int i = 1; i < _until.Length; i++)
            {
                first = _until[i] < _until[first] ? i : first;
            }
            return first;
        }

        /// <summary>A packet of the policy is not to ask again yet.</summary>
        public bool IsPaused(int spid, long now)
        {
            int place = Array.IndexOf(_spid, spid);
            return place >= 0 && now < _until[place];
        }

        /// <summary>The peer has agreed.</summary>
        public void Forget(int spid)
        {
            int place = Array.IndexOf(_spid, spid);
            if (place >= 0)
            {
                _spid[place] = 0;
                _until[place] = 0;
            }
        }

        /// <summary>The configuration has changed.</summary>
        public void Clear()
        {
            _spid = new int[0];
        }
    }
}
