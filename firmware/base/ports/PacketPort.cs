namespace NfIpsec.Base.Ports
{
    /// <summary>The way to packets, the verdict table and the keyed transforms. Packet bytes never cross it: a packet is a slot
    /// number and a description (<see cref="PacketInfo"/>). Methods return a value >= 0, or a negated <see cref="Status"/> code.</summary>
    /// <remarks>An abstract class, not an interface: a virtual call is the cheapest indirect call of the interpreter.</remarks>
    public abstract class PacketPort
    {
        public const int Release = 0, Send = 1, Deliver = 2;

        /// <summary>Waits until something can be taken or <paramref name="milliseconds"/> are over: 1 or 0.</summary>
        public abstract int Wait(int milliseconds);

        /// <summary>Ends a Wait from another thread.</summary>
        public abstract int Wake();

        /// <summary>Takes the next packet or event and describes it; returns its kind, 0 when there is none.</summary>
        public abstract int Take(int[] info);

        /// <summary>Protects the packet in the slot in one native call; returns its new length.</summary>
        public abstract int Seal(int transform, int slot, int sequenceHigh, int sequenceLow, int tfc);

        /// <summary>Verifies and strips the packet in the slot; <paramref name="info"/> then describes the inner packet. When
        /// it fails, its Flags are FlagVerified behind an ICV that held, else 0.</summary>
        public abstract int Open(int transform, int slot, int sequenceHigh, int[] info);

        /// <summary>Gives the slot away: to the wire, to the stack above, or back to the pool. The slot is gone whatever is returned.</summary>
        public abstract int Put(int slot, int where);

        public abstract int Alloc(int length);
        public abstract int Write(int slot, int at, byte[] src, int offset, int length);
        public abstract int Read(int slot, int at, byte[] dst, int offset, int length);
        public abstract int Describe(int slot, int[] info);

        /// <summary>Makes a transform from <see cref="TransformConfig"/> words and secret handles (0 = none); returns its handle.
        /// The keys are copied: the secrets may be freed.</summary>
        public abstract int CreateTransform(int[] config, int cipherKey, int espMacKey, int ahMacKey);
        public abstract int FreeTransform(int transform);

        /// <summary>The other end of a transform that goes in UDP is at that port from now on, and in tunnel mode at that address.</summary>
        public abstract int MoveTransform(int transform, int[] remote, int port);

        /// <summary>Stages one <see cref="VerdictRow"/>; nothing changes before <see cref="CommitRows"/>.</summary>
        public abstract int StageRow(int row, int[] words);

        /// <summary>Swaps the staged table in; when it returns, it is in force.</summary>
        public abstract int CommitRows(int generation);

        /// <summary>First match in the table in force: the row, or -XE_POLICY_NOT_FOUND.</summary>
        public abstract int MatchRow(int[] info, int inbound);

        public abstract int Counters(int[] dst);

        /// <summary>Interface <paramref name="index"/> from 0: 1 filled, 0 no such. Layout: <see cref="InterfaceInfo"/>.</summary>
        public abstract int Interface(int index, int[] dst);

        /// <summary>Sends one ICMP echo request, under policy; its answer comes from Take as kind Echo.</summary>
        public abstract int Ping(int[] destination, int sequence, int size);

        /// <summary>Sends one UDP datagram of the key exchange, past any policy; <paramref name="info"/> gives Domain (0: the stack
        /// chooses), Source, Destination and both ports, the bytes are its payload. Returns the IP packet's length.</summary>
        public abstract int SendDatagram(int[] info, byte[] src, int offset, int length);

        /// <summary>1: packets for other hosts go on where a policy lets them; 0, as at start: they are dropped.</summary>
        public abstract int Forward(int on);

        /// <summary>One address for another in the packet in the slot, checksums with it. outbound 1: the source, where it is our own
        /// address, becomes the virtual one; 0: the destination, where it is the virtual one, becomes our own.</summary>
        /// <param name="pair">Our own address, then the virtual one, four words each.</param>
        /// <returns>1, or 0 when the packet has another address there.</returns>
        public abstract int Readdress(int slot, int[] pair, int outbound);
    }
}
