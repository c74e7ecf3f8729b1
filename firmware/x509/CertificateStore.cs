using System;
using System.Collections;
using NfIpsec.Base;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;

namespace NfIpsec.X509
{
    /// <summary>Trust anchors, links, our own certificates with their keys, peers' certificates and CRLs: files on the board, and an
    /// index of them that outlives a restart. One file is taken at a time; a private key is checked by a job.</summary>
    /// <remarks>Belongs to the node's thread.</remarks>
    public sealed class CertificateStore : JobOwner
    {
        /// <summary>Lines "NAME DEPTH [KEYFILE]".</summary>
        public const string IndexFile = "x509_index";

        private readonly FilePort _files;
        private readonly JobDesk _jobs;
        private readonly LogPort _log;
        private readonly ArrayList _entries = new ArrayList();
        private string[] _unread = new string[0];
        private int _next;
        private StoredCertificate _pending;
        private bool _loading;

        /// <summary>Why the last Add came to nothing, or null.</summary>
        public string Error;

        /// <param name="files">null: the store is empty and stays so.</param>
        public CertificateStore(FilePort files, JobDesk jobs, LogPort log)
        {
            _files = files;
            _jobs = jobs;
            _log = log;
        }

        // ---- taking a file ----

        /// <summary>An Add, or the reading of the index, is under way: its job ends it.</summary>
        public bool IsBusy
        {
            get { return _pending != null || _loading; }
        }

        /// <summary>Takes a certificate or CRL; one of the same name is replaced when all is well. When IsBusy is false again, Error
        /// says how it went.</summary>
        /// <param name="keyFile">Its private key, or null.</param>
        public void Add(string name, int depth, string keyFile)
        {
            StoredCertificate entry = new StoredCertificate();
            entry.Name = name;
            entry.Depth = depth;
            entry.KeyFile = keyFile;
            Error = null;
            StoredCertificate known = Find(name);
            if (known != null && known.Users > 0)
            {
                Error = "'" + name + "': a remote uses it; expected one that none uses";
            }
            else if (known == null && _entries.Count == Limits.MaxStoredCertificates)
            {
                Error = "no room: " + Limits.MaxStoredCertificates.ToString() + " certificates and CRLs";
            }
            else if (!ReadEntry(entry) || (keyFile != null && !StartKey(entry)))
            {
                entry.Dispose();
            }
            else if (keyFile == null)
            {
                Keep(entry);
            }
        }

        private bool ReadEntry(StoredCertificate entry)
        {
            byte[] bytes = _files == null ? null : _files.Read(entry.Name);
            if (bytes == null)
            {
                Error = "'" + entry.Name + "': no such file";
                return false;
            }
            entry.Certificate = Certificate.Parse(bytes, 0, bytes.Length, out int status);
            if (status == Status.NFI_BAD_ENCODING)
            {
                entry.Crl = RevocationList.Parse(bytes, 0, bytes.Length, out int crlStatus);
                status = entry.Crl == null ? status : crlStatus;
            }
            Error = status != Status.XE_OK ? "'" + entry.Name + "': " + StoreStatus.OfCertificate(status)
                : entry.Crl != null && entry.KeyFile != null ? "'" + entry.Name + "': a CRL has no key; expected no -k" : null;
            return Error == null;
        }

        private bool StartKey(StoredCertificate entry)
        {
            byte[] bytes = _files.Read(entry.KeyFile);
            if (bytes == null)
            {
                Error = "'" + entry.KeyFile + "': no such file";
                return false;
            }
            int status = _jobs.Start(JobPort.PrivateKey, entry.Certificate.Handle, bytes, 0, bytes.Length, this);
            Array.Clear(bytes, 0, bytes.Length);
            Error = status == Status.XE_OK ? null : status == Status.NFI_BUSY ? "the worker is busy; try again" : "'" + entry.KeyFile + "': " + StoreStatus.OfKey(status);
            _pending = status == Status.XE_OK ? entry : null;
            return _pending != null;
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            StoredCertificate entry = _pending;
            _pending = null;
            entry.Key = PrivateKey.Own(_jobs.Result, out status);
            if (entry.Key == null)
            {
                Error = "'" + entry.KeyFile + "': " + StoreStatus.OfKey(status);
                entry.Dispose();
            }
            else
            {
                Keep(entry);
            }
            if (_loading)
            {
                LoadNext();
            }
        }

        private void Keep(StoredCertificate entry)
        {
            StoredCertificate known = Find(entry.Name);
            if (known != null)
            {
                _entries.Remove(known);
                known.Dispose();
            }
            _entries.Add(entry);
            if (!_loading && !Save())
            {
                Error = "'" + IndexFile + "' cannot be written: '" + entry.Name + "' is here until the restart";
            }
        }

        // ---- the index ----

        /// <summary>Reads the index of before the restart. What cannot be read any more is told and left out.</summary>
        public void Load()
        {
            byte[] bytes = _files == null ? null : _files.Read(IndexFile);
            if (bytes == null)
            {
                return;
            }
            _unread = System.Text.Encoding.UTF8.GetString(bytes, 0, bytes.Length).Split('\n');
            _loading = true;
            LoadNext();
        }

        private void LoadNext()
        {
            while (_loading && _pending == null)
            {
                if (Error != null && _log != null)
                {
                    _log.Write(Base.Log.LogLevel.Error, "x509: " + Error);
                }
                Error = null;
                _loading = _next < _unread.Length;
                if (_loading)
                {
                    LoadLine(_unread[_next++]);
                }
            }
        }

        private void LoadLine(string line)
        {
            string[] words = line.Split(' ');
            if (words.Length >= 2)
            {
                Add(words[0], words[1].Length == 1 ? words[1][0] - '0' : 0, words.Length > 2 ? words[2] : null);
            }
        }

        private bool Save()
        {
            string text = "";
            for (int i = 0; i < _entries.Count; i++)
            {
                StoredCertificate entry = Get(i);
                text += entry.Name + " " + entry.Depth.ToString() + (entry.KeyFile == null ? "" : " " + entry.KeyFile) + "\n";
            }
            return _files.Write(IndexFile, System.Text.Encoding.UTF8.GetBytes(text));
        }

        // ---- what is there ----

        public int Count
        {
            get { return _entries.Count; }
        }

        public StoredCertificate Get(int index)
        {
            return (StoredCertificate)_entries[index];
        }

        /// <summary>null: no such entry.</summary>
        public StoredCertificate Find(string name)
        {
            for (int i = 0; i < _entries.Count; i++)
            {
                if (Get(i).Name == name)
                {
                    return Get(i);
                }
            }
            return null;
        }

        /// <summary>Forgets the entry, not its file; null, or why not.</summary>
        public string Delete(string name)
        {
            StoredCertificate entry = Find(name);
            if (entry == null || entry.Users > 0)
            {
                return entry == null ? "no certificate of that name; ce x509 -l lists them" : "a remote uses it; expected one that none uses";
            }
            _entries.Remove(entry);
            entry.Dispose();
            return Save() ? null : "'" + IndexFile + "' cannot be written: it is back after a restart";
        }

        // ---- what a chain may be made of ----

        /// <summary>Anchors, links and CRLs of the store for a chain check; false when there are more than fit.</summary>
        public bool Fill(ChainRequest request)
        {
            bool room = true;
            for (int i = 0; i < _entries.Count; i++)
            {
                StoredCertificate entry = Get(i);
                room &= entry.Crl != null ? request.AddCrl(entry.Crl)
                    : entry.IsAnchor ? request.AddAnchor(entry.Certificate, entry.Depth)
                    : !entry.Certificate.IsAuthority || request.AddLink(entry.Certificate);
            }
            return room;
        }

        /// <summary>The SHA-1 of each anchor's public key, side by side (RFC 7296 3.7).</summary>
        public byte[] Authorities()
        {
            byte[] all = new byte[0];
            for (int i = 0; i < _entries.Count; i++)
            {
                byte[] hash = Get(i).IsAnchor ? Get(i).Certificate.Part(CertificatePart.KeyHash, 0) : null;
                if (hash != null)
                {
                    byte[] more = new byte[all.Length + hash.Length];
                    Array.Copy(all, 0, more, 0, all.Length);
                    Array.Copy(hash, 0, more, all.Length, hash.Length);
                    all = more;
                }
            }
            return all;
        }

        /// <summary>Wipes the keys.</summary>
        public void Close()
        {
            _jobs.Cancel(this);
            if (_pending != null)
            {
                _pending.Dispose();
                _pending = null;
            }
            _loading = false;
            for (int i = 0; i < _entries.Count; i++)
            {
                Get(i).Dispose();
            }
            _entries.Clear();
        }
    }
}
