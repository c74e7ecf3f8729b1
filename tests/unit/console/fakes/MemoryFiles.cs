using System.Collections;
using System.Text;
using NfIpsec.Base.Ports;

namespace NfIpsec.Tests.ConsoleRoom.Fakes
{
    /// <summary>Files in memory.</summary>
    public sealed class MemoryFiles : FilePort
    {
        private readonly Hashtable _files = new Hashtable();

        /// <summary>The array that Read gave away last.</summary>
        public byte[] LastRead;

        public void Put(string name, string text)
        {
            _files[name] = Encoding.UTF8.GetBytes(text);
        }

        public string Text(string name)
        {
            byte[] bytes = (byte[])_files[name];
            return bytes == null ? null : Encoding.UTF8.GetString(bytes, 0, bytes.Length);
        }

        public override byte[] Read(string name)
        {
            byte[] bytes = (byte[])_files[name];
            LastRead = bytes == null ? null : (byte[])bytes.Clone();
            return LastRead;
        }

        public override bool Write(string name, byte[] content)
        {
            _files[name] = content;
            return true;
        }

        public override bool Append(string name, byte[] content)
        {
            byte[] old = (byte[])_files[name];
            int length = old == null ? 0 : old.Length;
            byte[] all = new byte[length + content.Length];
            if (old != null)
            {
                System.Array.Copy(old, 0, all, 0, length);
            }
            System.Array.Copy(content, 0, all, length, content.Length);
            _files[name] = all;
            return true;
        }

        public override bool Delete(string name)
        {
            bool there = _files.Contains(name);
            _files.Remove(name);
            return there;
        }
    }
}
