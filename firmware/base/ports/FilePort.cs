namespace NfIpsec.Base.Ports
{
    /// <summary>The board's files, by plain name in one folder (no path separators).</summary>
    public abstract class FilePort
    {
        /// <summary>The whole file, in an array that is the caller's to wipe; null when there is none or it cannot be read.</summary>
        public abstract byte[] Read(string name);

        /// <summary>Replaces the file as a whole; false when it could not be written (the old content then stays).</summary>
        public abstract bool Write(string name, byte[] content);

        /// <summary>Adds to the end of the file, making it when there is none.</summary>
        public abstract bool Append(string name, byte[] content);

        public abstract bool Delete(string name);
    }
}
