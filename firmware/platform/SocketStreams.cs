using System;
using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using NfIpsec.Base;
using NfIpsec.Base.Ports;
using NfIpsec.Native;

namespace NfIpsec.Platform
{
    /// <summary>tcp listen and tcp send over the board's sockets. Each transfer runs in a thread of its own and ends with one line.</summary>
    public sealed class SocketStreams : StreamPort
    {
        private const int Sha256 = 3, DigestLength = 32, ChunkBytes = 1024;

        private readonly PacketPort _node;
        private readonly Queue _results = new Queue();

        /// <param name="node">Woken when a transfer has ended.</param>
        public SocketStreams(PacketPort node)
        {
            _node = node;
        }

        public override int Listen(int port)
        {
            try
            {
                Socket listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(new IPEndPoint(IPAddress.Any, port));
                listener.Listen(1);
                new Thread(() => AcceptLoop(listener)).Start();
                return Status.XE_OK;
            }
            catch (Exception)
            {
                return Status.XE_BAD_PORT_NUMBER;
            }
        }

        public override int Send(int[] address, int port, int bytes)
        {
            IPAddress destination = ToAddress(address);
            new Thread(() => SendAll(destination, port, bytes)).Start();
            return Status.XE_OK;
        }

        public override string Poll()
        {
            lock (_results)
            {
                return _results.Count == 0 ? null : (string)_results.Dequeue();
            }
        }

        private void AcceptLoop(Socket listener)
        {
            while (true)
            {
                Socket socket = listener.Accept();
                string peer = socket.RemoteEndPoint.ToString();
                Transfer transfer = new Transfer();
                try
                {
                    transfer.Receive(socket);
                    Report("tcp received " + transfer.Describe(peer));
                }
                catch (Exception e)
                {
                    Report(transfer.Failed(peer, e));
                }
                socket.Close();
                transfer.Free();
            }
        }

        private void SendAll(IPAddress destination, int port, int bytes)
        {
            Transfer transfer = new Transfer();
            string peer = destination.ToString() + ":" + port.ToString();
            Socket socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(new IPEndPoint(destination, port));
                transfer.Send(socket, bytes);
                Report("tcp sent " + transfer.Describe(peer));
            }
            catch (Exception e)
            {
                Report(transfer.Failed(peer, e));
            }
            socket.Close();
            transfer.Free();
        }

        private void Report(string line)
        {
            lock (_results)
            {
                if (_results.Count < Limits.MaxTransferLines)
                {
                    _results.Enqueue(line);
                }
            }
            _node.Wake();
        }

        private static IPAddress ToAddress(int[] words)
        {
            bool ip4 = words[0] == 0 && words[1] == 0 && words[2] == 0xFFFF;
            int first = ip4 ? 3 : 0;
            byte[] bytes = new byte[(4 - first) * 4];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(words[first + i / 4] >> (24 - 8 * (i % 4)));
            }
            return new IPAddress(bytes);
        }

        // One transfer: bytes counted, timed and digested.
        private sealed class Transfer
        {
            private readonly byte[] _chunk = new byte[ChunkBytes];
            private readonly int _hash = CryptoNative.HashCreate(Sha256);
            private readonly long _start = Environment.TickCount64;
            private int _bytes;

            private long Milliseconds
            {
                get { return Environment.TickCount64 - _start; }
            }

            public void Receive(Socket socket)
            {
                int n = socket.Receive(_chunk);
                while (n > 0)
                {
                    CryptoNative.HashUpdate(_hash, _chunk, 0, n);
                    _bytes += n;
                    n = socket.Receive(_chunk);
                }
            }

            public void Send(Socket socket, int bytes)
            {
                while (_bytes < bytes)
                {
                    int n = bytes - _bytes < ChunkBytes ? bytes - _bytes : ChunkBytes;
                    for (int i = 0; i < n; i++)
                    {
                        int at = _bytes + i;
                        _chunk[i] = (byte)(at * 31 + (at >> 8) * 7);
                    }
                    SendChunk(socket, n);
                    CryptoNative.HashUpdate(_hash, _chunk, 0, n);
                    _bytes += n;
                }
            }

            public string Describe(string peer)
            {
                byte[] digest = new byte[DigestLength];
                CryptoNative.HashFinish(_hash, digest, 0);
                StringBuilder text = new StringBuilder();
                text.Append(peer).Append(' ').Append(_bytes).Append(" bytes sha256 ");
                for (int i = 0; i < DigestLength; i++)
                {
                    text.Append(digest[i].ToString("x2"));
                }
                text.Append(' ').Append(Milliseconds).Append(" ms");
                return text.ToString();
            }

            public string Failed(string peer, Exception e)
            {
                SocketException socket = e as SocketException;
                string reason = socket != null ? "socket error " + socket.ErrorCode.ToString() : e.Message;
                return "tcp failed " + peer + " after " + _bytes.ToString() + " bytes: " + reason + " (" + Milliseconds.ToString() + " ms)";
            }

            public void Free()
            {
                CryptoNative.HandleFree(_hash);
            }

            private void SendChunk(Socket socket, int n)
            {
                int sent = 0;
                while (sent < n)
                {
                    sent += socket.Send(_chunk, sent, n - sent, SocketFlags.None);
                }
            }
        }
    }
}
