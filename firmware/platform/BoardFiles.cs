using System;
using System.IO;
using NfIpsec.Base;
using NfIpsec.Base.Ports;

namespace NfIpsec.Platform
{
    /// <summary>Files in the root of one of the board's drives ("I:\" is the internal flash).</summary>
    /// <remarks>A file is replaced by writing NAME.new, deleting NAME and renaming. Power may fail at any point: what is left is the
    /// whole old or the whole new content, and Read finds it.</remarks>
    public sealed class BoardFiles : FilePort
    {
        private const string NewSuffix = ".new";

        private readonly string _root;

        /// <param name="root">The drive, with its backslash: "I:\".</param>
        public BoardFiles(string root)
        {
            _root = root;
        }

        public override byte[] Read(string name)
        {
            if (!IsPlain(name))
            {
                return null;
            }
            try
            {
                string path = _root + name;
                if (File.Exists(path))
                {
                    return File.ReadAllBytes(path);
                }
                return File.Exists(path + NewSuffix) ? File.ReadAllBytes(path + NewSuffix) : null;
            }
            catch (Exception)
            {
                return null;
            }
        }

        public override bool Write(string name, byte[] content)
        {
            if (!IsPlain(name) || content == null)
            {
                return false;
            }
            try
            {
                string path = _root + name;
                Recover(path);
                File.WriteAllBytes(path + NewSuffix, content);
                if (File.Exists(path))
                {
                    File.Delete(path);
                }
                File.Move(path + NewSuffix, path);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        public override bool Append(string name, byte[] content)
        {
            if (!IsPlain(name) || content == null)
            {
                return false;
            }
            try
            {
                Recover(_root + name);
                using (FileStream file = new FileStream(_root + name, FileMode.OpenOrCreate, FileAccess.ReadWrite))
                {
                    file.Seek(0, SeekOrigin.End);
                    file.Write(content, 0, content.Length);
                    file.Flush();
                }
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        public override bool Delete(string name)
        {
            if (!IsPlain(name))
            {
                return false;
            }
            try
            {
                string path = _root + name;
                bool there = File.Exists(path) || File.Exists(path + NewSuffix);
                if (File.Exists(path + NewSuffix))
                {
                    File.Delete(path + NewSuffix);
                }
                if (File.Exists(path))
                {
                    File.Delete(path);
                }
                return there;
            }
            catch (Exception)
            {
                return false;
            }
        }

        // The power failed between the deletion and the renaming of an earlier Write: finish it.
        private static void Recover(string path)
        {
            if (!File.Exists(path) && File.Exists(path + NewSuffix))
            {
                File.Move(path + NewSuffix, path);
            }
        }

        private static bool IsPlain(string name)
        {
            return name != null && name.Length > 0 && name.Length <= Limits.MaxFileName && name[0] != '.'
                && name.IndexOfAny(new char[] { '/', '\\', ':' }) < 0;
        }
    }
}
