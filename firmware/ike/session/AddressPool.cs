using NfIpsec.Base.Address;
using NfIpsec.Ike.Admin;

namespace NfIpsec.Ike.Session
{
    /// <summary>Addresses for peers that ask for one (RFC 7296 2.19): each identity has its own, and the same again as long as there are
    /// enough for all. Bounded: of a wide range the first IkeLimits.MaxLeases addresses are used.</summary>
    public sealed class AddressPool
    {
        private readonly IkeIdentity[] _owner;
        private readonly int[] _holders;
        // When it became free, as a count of such events; 0: never used.
        private readonly int[] _freed;
        private int _clock;

        /// <summary>First and last, of one family.</summary>
        public readonly IpAddress First, Last;

        /// <param name="last">Not before the first.</param>
        public AddressPool(IpAddress first, IpAddress last)
        {
            First = first;
            Last = last;
            int size = 1;
            while (size < IkeLimits.MaxLeases && IpAddress.Compare(Place(size).Words, 0, last.Words, 0) <= 0)
            {
                size++;
            }
            _owner = new IkeIdentity[size];
            _holders = new int[size];
            _freed = new int[size];
        }

        /// <summary>4 or 6.</summary>
        public int Version
        {
            get { return First.Version; }
        }

        /// <summary>Addresses that somebody has now.</summary>
        public int Taken
        {
            get
            {
                int count = 0;
                for (int i = 0; i < _holders.Length; i++)
                {
                    count += _holders[i] > 0 ? 1 : 0;
                }
                return count;
            }
        }

        /// <summary>Some address is in both.</summary>
        public bool Overlaps(AddressPool other)
        {
            return IpAddress.Compare(First.Words, 0, other.Last.Words, 0) <= 0 && IpAddress.Compare(other.First.Words, 0, Last.Words, 0) <= 0;
        }

        // The address at that place; the carry goes on through the words.
        private IpAddress Place(int offset)
        {
            IpAddress address = IpAddress.FromWords(First.Words, 0);
            for (int i = IpAddress.WordCount - 1; i >= 0 && offset != 0; i--)
            {
                uint sum = (uint)address.Words[i] + (uint)offset;
                offset = sum < (uint)offset ? 1 : 0;
                address.Words[i] = (int)sum;
            }
            return address;
        }

        /// <summary>An address for the identity: what it had, else what it asks for, else one that nobody has had, else the one that is
        /// free for longest; null when all are taken.</summary>
        /// <param name="who">null: it has proved none, and gets what nobody else would miss.</param>
        /// <param name="wanted">The address it asks for, or null.</param>
        public IpAddress Take(IkeIdentity who, IpAddress wanted)
        {
            int place = who == null ? -1 : OfOwner(who);
            if (place < 0 && wanted != null)
            {
                place = Wanted(wanted);
            }
            place = place >= 0 ? place : Longest();
            if (place < 0)
            {
                return null;
            }
            _owner[place] = who;
            _holders[place]++;
            return Place(place);
        }

        private int OfOwner(IkeIdentity who)
        {
            for (int i = 0; i < _owner.Length; i++)
            {
                if (_owner[i] != null && _owner[i].SameBytes(who.Type, who.Data, 0, who.Data.Length))
                {
                    return i;
                }
            }
            return -1;
        }

        // Not one that another identity will come back for.
        private int Wanted(IpAddress wanted)
        {
            int place = Find(wanted);
            return place >= 0 && _holders[place] == 0 && _owner[place] == null ? place : -1;
        }

        private int Find(IpAddress address)
        {
            for (int i = 0; i < _holders.Length; i++)
            {
                if (IpAddress.Same(Place(i).Words, 0, address.Words, 0))
                {
                    return i;
                }
            }
            return -1;
        }

        private int Longest()
        {
            int best = -1;
            for (int i = 0; i < _holders.Length; i++)
            {
                if (_holders[i] == 0 && (best < 0 || _freed[i] < _freed[best]))
                {
                    best = i;
                }
            }
            return best;
        }

        /// <summary>One of those who have the address has it no more.</summary>
        public void Release(IpAddress address)
        {
            int place = Find(address);
            if (place >= 0 && _holders[place] > 0 && --_holders[place] == 0)
            {
                _freed[place] = ++_clock;
            }
        }
    }
}
