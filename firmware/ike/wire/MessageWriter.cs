using System;
using NfIpsec.Base;
using NfIpsec.Base.Bytes;

namespace NfIpsec.Ike.Wire
{
    /// <summary>Writes one message into a bounded buffer. Lengths are filled in when a payload is closed, each payload's type where the
    /// one before names it. What does not fit sets <see cref="Result"/> and all later calls do nothing, so a caller asks once, at the end.
    /// <code>
    ///   Start, Payload, Write..., Payload, Write..., Finish                            in clear
    ///   Start, OpenEncrypted, Payload, Write..., FinishEncrypted, then SkSeal          protected
    /// </code></summary>
    public sealed class MessageWriter
    {
        /// <summary>The buffer, and where the next byte goes.</summary>
        public byte[] Bytes;
        public int At;

        /// <summary>XE_OK, XE_DST_OUT_OF_SPACE, or XE_BAD_PARAM for a buffer that is none.</summary>
        public int Result;

        /// <summary>Where the generic header of SK starts, counted from the message's start: for SkSeal. 0 when there is none.</summary>
        public int EncryptedAt;

        private int _start, _end, _nextAt, _payloadAt, _innerAt;

        /// <summary>Starts a message in capacity bytes at offset.</summary>
        /// <param name="flags">Of <see cref="IkeHeader"/>.</param>
        public void Start(byte[] dst, int offset, int capacity, long initiatorSpi, long responderSpi, int exchange, int flags, int messageId)
        {
            bool good = dst != null && offset >= 0 && capacity >= 0 && offset <= dst.Length - capacity;
            Result = good ? Status.XE_OK : Status.XE_BAD_PARAM;
            Bytes = dst;
            At = offset;
            _start = offset;
            _end = offset + (capacity < WireLimits.MaxMessage ? capacity : WireLimits.MaxMessage);
            _nextAt = offset + IkeHeader.NextPayloadAt;
            _payloadAt = 0;
            _innerAt = 0;
            EncryptedAt = 0;
            Write64(initiatorSpi);
            Write64(responderSpi);
            Write32(IkeHeader.Version2 << 16 | exchange << 8 | flags);
            Write32(messageId);
            Write32(0);
        }

        /// <summary>Closes the payload before and opens one of this type; its body is what is written next.</summary>
        public void Payload(int type)
        {
            Close();
            int header = At;
            if (Skip(PayloadIndex.HeaderSize) < 0)
            {
                return;
            }
            Bytes[_nextAt] = (byte)type;
            BigEndian.Write32(Bytes, header, PayloadIndex.HeaderSize);
            _nextAt = header;
            _payloadAt = header;
        }

        /// <summary>Opens SK: the payloads that follow go inside it.</summary>
        /// <param name="ivLength">Room left for the IV (SkIvLength), bytes.</param>
        /// <param name="tailLength">Room kept behind for padding, pad length and ICV, bytes: SkOverhead less 4 and the IV.</param>
        public void OpenEncrypted(int ivLength, int tailLength)
        {
            Payload(PayloadType.Encrypted);
            EncryptedAt = _payloadAt - _start;
            Skip(ivLength);
            // SkSeal writes the length of SK itself.
            _payloadAt = 0;
            _innerAt = At;
            _end -= tailLength;
            if (_end < At)
            {
                Fail();
            }
        }

        /// <summary>Ends a message in clear.</summary>
        /// <returns>Its length in bytes, or a negated status.</returns>
        public int Finish()
        {
            Close();
            if (Result != Status.XE_OK)
            {
                return -Result;
            }
            BigEndian.Write32(Bytes, _start + IkeHeader.LengthAt, At - _start);
            return At - _start;
        }

        /// <summary>Ends a message that is to be sealed.</summary>
        /// <returns>Length of the clear payloads in bytes, as SkSeal wants it, or a negated status.</returns>
        public int FinishEncrypted()
        {
            int length = Finish();
            return length < 0 ? length : At - _innerAt;
        }

        private void Close()
        {
            if (Result == Status.XE_OK && _payloadAt != 0)
            {
                BigEndian.Write16(Bytes, _payloadAt + 2, At - _payloadAt);
            }
        }

        private void Fail()
        {
            if (Result == Status.XE_OK)
            {
                Result = Status.XE_DST_OUT_OF_SPACE;
            }
        }

        /// <summary>Leaves a gap that the caller fills.</summary>
        /// <returns>Its first byte in <see cref="Bytes"/>, or -1 when there is no room.</returns>
        public int Skip(int length)
        {
            if (Result != Status.XE_OK || length < 0 || length > _end - At)
            {
                Fail();
                return -1;
            }
            At += length;
            return At - length;
        }

        public void Write8(int value)
        {
            int at = Skip(1);
            if (at >= 0)
            {
                Bytes[at] = (byte)value;
            }
        }

        public void Write16(int value)
        {
            int at = Skip(2);
            if (at >= 0)
            {
                BigEndian.Write16(Bytes, at, value);
            }
        }

        public void Write32(int value)
        {
            int at = Skip(4);
            if (at >= 0)
            {
                BigEndian.Write32(Bytes, at, value);
            }
        }

        public void Write64(long value)
        {
            int at = Skip(8);
            if (at >= 0)
            {
                BigEndian.Write64(Bytes, at, value);
            }
        }

        /// <summary>Copies length bytes.</summary>
        public void Write(byte[] src, int offset, int length)
        {
            if (length == 0)
            {
                return;
            }
            if (src == null || offset < 0 || length < 0 || offset > src.Length - length)
            {
                Result = Status.XE_BAD_PARAM;
                return;
            }
            int at = Skip(length);
            if (at >= 0)
            {
                Array.Copy(src, offset, Bytes, at, length);
            }
        }

        // For lengths and counts inside a body. The place was written before.
        internal void Patch8(int at, int value)
        {
            if (Result == Status.XE_OK)
            {
                Bytes[at] = (byte)value;
            }
        }

        internal void Patch16(int at, int value)
        {
            if (Result == Status.XE_OK)
            {
                BigEndian.Write16(Bytes, at, value);
            }
        }
    }
}
