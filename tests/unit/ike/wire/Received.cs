using NfIpsec.Base.Bytes;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Tests.IkeRoom
{
    /// <summary>A message as its receiver takes it: header, index, rules, bodies. Its bytes fill their array, so reading behind them
    /// throws.</summary>
    public sealed class Received
    {
        public readonly IkeHeader Header = new IkeHeader();
        public readonly PayloadIndex Index = new PayloadIndex();
        public int Status;

        /// <summary>A datagram.</summary>
        public static Received Message(byte[] bytes)
        {
            Received received = new Received();
            received.Read(bytes);
            return received;
        }

        public static Received Message(string hex)
        {
            return Message(Hex.Parse(hex));
        }

        /// <summary>What SK held.</summary>
        public static Received Inside(byte[] bytes, int first, int exchange, bool response)
        {
            Received received = new Received();
            received.ReadInside(bytes, first, exchange, response);
            return received;
        }

        public static Received Inside(string hex, int first, int exchange, bool response)
        {
            return Inside(Hex.Parse(hex), first, exchange, response);
        }

        public int Read(byte[] bytes)
        {
            Index.Shape = PayloadRules.NoShape;
            Status = Header.Read(bytes, 0, bytes.Length);
            if (Status == WireStatus.Ok)
            {
                Status = Index.ReadMessage(bytes, 0, Header);
            }
            if (Status == WireStatus.Ok)
            {
                Status = PayloadRules.Check(Index, Header.Exchange, Header.IsResponse);
            }
            return Status;
        }

        public int ReadInside(byte[] bytes, int first, int exchange, bool response)
        {
            Status = Index.ReadInner(bytes, 0, bytes.Length, first);
            if (Status == WireStatus.Ok)
            {
                Status = PayloadRules.Check(Index, exchange, response);
            }
            return Status;
        }

        /// <summary>A body in an array of its own, as an index gives it.</summary>
        public byte[] Body(int type)
        {
            int place = Index.Find(type);
            byte[] body = new byte[Index.Length[place]];
            System.Array.Copy(Index.Bytes, Index.Offset[place], body, 0, body.Length);
            return body;
        }
    }
}
