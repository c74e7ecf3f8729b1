namespace NfIpsec.Base.Timer
{
    /// <summary>One timer for each key from 0 to capacity - 1: a binary heap that knows each key's place. Set and Cancel cost
    /// O(log n), NextDue O(1); nothing is allocated after construction.</summary>
    public sealed class TimerQueue
    {
        private readonly long[] _due;      // by key, milliseconds
        private readonly short[] _heap;    // keys, earliest first
        private readonly short[] _place;   // by key: place in the heap + 1, 0 not set
        private int _count;

        /// <param name="capacity">Keys, at most 32,767.</param>
        public TimerQueue(int capacity)
        {
            _due = new long[capacity];
            _heap = new short[capacity];
            _place = new short[capacity];
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>Earliest due time, or long.MaxValue.</summary>
        public long NextDue
        {
            get { return _count == 0 ? long.MaxValue : _due[_heap[0]]; }
        }

        /// <summary>Sets the key's timer, or moves it.</summary>
        public void Set(int key, long due)
        {
            _due[key] = due;
            if (_place[key] == 0)
            {
                Move(key, _count++);
            }
            Rise(_place[key] - 1);
            Sink(_place[key] - 1);
        }

        public void Cancel(int key)
        {
            int place = _place[key] - 1;
            if (place < 0)
            {
                return;
            }
            _place[key] = 0;
            int last = _heap[--_count];
            if (last != key)
            {
                Move(last, place);
                Rise(place);
                Sink(_place[last] - 1);
            }
        }

        /// <summary>Takes the earliest timer that is due; -1 when there is none.</summary>
        public int PopDue(long now)
        {
            if (_count == 0 || _due[_heap[0]] > now)
            {
                return -1;
            }
            int key = _heap[0];
            Cancel(key);
            return key;
        }

        private void Rise(int place)
        {
            int key = _heap[place];
            while (place > 0)
            {
                int parent = (place - 1) / 2;
                if (_due[_heap[parent]] <= _due[key])
                {
                    break;
                }
                Move(_heap[parent], place);
                place = parent;
            }
            Move(key, place);
        }

        private void Sink(int place)
        {
            int key = _heap[place];
            while (true)
            {
                int child = 2 * place + 1;
                if (child + 1 < _count && _due[_heap[child + 1]] < _due[_heap[child]])
                {
                    child++;
                }
                if (child >= _count || _due[_heap[child]] >= _due[key])
                {
                    break;
                }
                Move(_heap[child], place);
                place = child;
            }
            Move(key, place);
        }

        private void Move(int key, int place)
        {
            _heap[place] = (short)key;
            _place[key] = (short)(place + 1);
        }
    }
}
