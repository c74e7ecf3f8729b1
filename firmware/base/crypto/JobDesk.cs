using NfIpsec.Base.Ports;

namespace NfIpsec.Base.Crypto
{
    /// <summary>Jobs under way and who waits for each.</summary>
    public sealed class JobDesk
    {
        private readonly JobPort _port;
        private readonly int[] _job = new int[Limits.MaxJobs], _kind = new int[Limits.MaxJobs];
        private readonly JobOwner[] _owner = new JobOwner[Limits.MaxJobs];
        private int _count;

        /// <summary>What the job that is being handed over came to, as the port gave it.</summary>
        public int Result;

        public JobDesk(JobPort port)
        {
            _port = port;
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>Starts a job; NFI_BUSY when no place is free: ask again later.</summary>
        public int Start(int kind, int a, byte[] src, int offset, int length, JobOwner owner)
        {
            return Start(kind, a, 0, src, offset, length, owner);
        }

        public int Start(int kind, int a, int b, byte[] src, int offset, int length, JobOwner owner)
        {
            int place = PlaceOf(null);
            if (place < 0)
            {
                return Status.NFI_BUSY;
            }
            int job = _port.Start(kind, a, b, src, offset, length);
            if (job <= 0)
            {
                return -job;
            }
            _job[place] = job;
            _kind[place] = kind;
            _owner[place] = owner;
            _count++;
            return Status.XE_OK;
        }

        private int PlaceOf(JobOwner owner)
        {
            for (int i = 0; i < _owner.Length; i++)
            {
                if (_owner[i] == owner)
                {
                    return i;
                }
            }
            return -1;
        }

        /// <summary>The owner goes: its jobs end unheard, their results wiped.</summary>
        public void Cancel(JobOwner owner)
        {
            for (int place = PlaceOf(owner); place >= 0; place = PlaceOf(owner))
            {
                _port.Cancel(_job[place]);
                Free(place);
            }
        }

        private void Free(int place)
        {
            _owner[place] = null;
            _job[place] = 0;
            _count--;
        }

        /// <summary>Hands finished jobs to their owners. A job nobody knows is not ours to finish.</summary>
        public void Poll()
        {
            for (int i = 0; i < Limits.MaxJobs && _count > 0; i++)
            {
                int job = _port.Poll();
                if (job <= 0)
                {
                    return;
                }
                int place = 0;
                while (place < _job.Length && _job[place] != job)
                {
                    place++;
                }
                if (place < _job.Length)
                {
                    Finish(place);
                }
                else
                {
                    _port.Cancel(job);
                }
            }
        }

        private void Finish(int place)
        {
            JobOwner owner = _owner[place];
            int kind = _kind[place];
            byte[] output = new byte[Limits.MaxJobOutput];
            Result = _port.Finish(_job[place], output, 0);
            int status = Result < 0 ? -Result : Status.XE_OK;
            Secret secret = kind == JobPort.DhGenerate || kind == JobPort.DhShared ? Secret.Own(Result, out status) : null;
            Free(place);
            owner.JobDone(kind, secret, status, output);
        }
    }
}
