namespace NfIpsec.Base.Table
{
    /// <summary>A bounded map from non-zero int to int: open addressing, linear probing, no allocation after construction.</summary>
    /// <remarks>The keys are SPIs and policy ids, chosen by us or by the administrator, so a peer cannot make them collide.</remarks>
    public sealed class IntTable
    {
        public const int Missing = -1;

        private const int Golden = -1640531527;   // 2^32 / golden ratio

        private readonly int[] _keys, _values;
        private readonly int _mask, _shift, _capacity;
        private int _count;

        /// <param name="capacity">Most entries at a time; at most half of the places are ever used.</param>
        public IntTable(int capacity)
        {
            int size = 4;
            _shift = 30;
            while (size < capacity * 2)
            {
                size *= 2;
                _shift--;
            }
            _capacity = capacity;
            _mask = size - 1;
            _keys = new int[size];
            _values = new int[size];
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>The value, or -1.</summary>
        public int Find(int key)
        {
            int[] keys = _keys;
            int mask = _mask;
            int place = (int)((uint)(key * Golden) >> _shift);
            int found = keys[place];
            while (found != key)
            {
                if (found == 0)
                {
                    return Missing;
                }
                place = (place + 1) & mask;
                found = keys[place];
            }
            return key == 0 ? Missing : _values[place];
        }

        /// <summary>False when the key is zero, there already, or the table full.</summary>
        public bool Add(int key, int value)
        {
            if (key == 0 || _count == _capacity)
            {
                return false;
            }
            int place = (int)((uint)(key * Golden) >> _shift);
            while (_keys[place] != 0)
            {
                if (_keys[place] == key)
                {
                    return false;
                }
                place = (place + 1) & _mask;
            }
            _keys[place] = key;
            _values[place] = value;
            _count++;
            return true;
        }

        public bool Remove(int key)
        {
            int place = (int)((uint)(key * Golden) >> _shift);
            while (_keys[place] != key)
            {
                if (_keys[place] == 0)
                {
                    return false;
                }
                place = (place + 1) & _mask;
            }
            if (key == 0)
            {
                return false;
            }
            Close(place);
            _count--;
            return true;
        }

        // Moves later entries of the run into the gap, so that no search ends early.
        private void Close(int gap)
        {
            int place = (gap + 1) & _mask;
            while (_keys[place] != 0)
            {
                int home = (int)((uint)(_keys[place] * Golden) >> _shift);
                if (((place - home) & _mask) >= ((place - gap) & _mask))
                {
                    _keys[gap] = _keys[place];
                    _values[gap] = _values[place];
                    gap = place;
                }
                place = (place + 1) & _mask;
            }
            _keys[gap] = 0;
        }
    }
}
