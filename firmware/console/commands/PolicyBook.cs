using System.Collections;
using NfIpsec.Ipsec.Management;

namespace NfIpsec.Console.Commands
{
    /// <summary>The named policies. The SPD is the truth: an entry whose policy is gone goes too.</summary>
    internal sealed class PolicyBook
    {
        private readonly IpsecAdmin _admin;
        private readonly CommandModule _module;
        private readonly ArrayList _entries = new ArrayList();
        private readonly PolicyView _view = new PolicyView();

        public PolicyBook(IpsecAdmin admin, CommandModule module)
        {
            _admin = admin;
            _module = module;
        }

        public int Count
        {
            get { return _entries.Count; }
        }

        public PolicyEntry this[int index]
        {
            get { return (PolicyEntry)_entries[index]; }
        }

        public void Add(PolicyEntry entry)
        {
            _entries.Add(entry);
        }

        /// <summary>The entry with that name (case matters), or null.</summary>
        public PolicyEntry Find(string name)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                if (this[i].Name == name)
                {
                    return Live(i);
                }
            }
            return null;
        }

        /// <summary>The entry of that policy, or null.</summary>
        public PolicyEntry FindSpid(int spid)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                if (this[i].Spid == spid)
                {
                    return Live(i);
                }
            }
            return null;
        }

        private PolicyEntry Live(int index)
        {
            PolicyEntry entry = this[index];
            if (!_admin.GetPolicyById(entry.Spid, _view))
            {
                Forget(index);
                entry = null;
            }
            return entry;
        }

        // IKE hears of it at once, not with the next event: the name may be taken again by the next line.
        private void Forget(int index)
        {
            PolicyEntry entry = this[index];
            _entries.RemoveAt(index);
            if (entry.Remote != null)
            {
                _module.PolicyGone(entry.Name);
            }
        }

        /// <summary>Forgets what the SPD no longer holds.</summary>
        public void Prune()
        {
            for (int i = _entries.Count - 1; i >= 0; i--)
            {
                if (!_admin.GetPolicyById(this[i].Spid, _view))
                {
                    Forget(i);
                }
            }
        }
    }
}
