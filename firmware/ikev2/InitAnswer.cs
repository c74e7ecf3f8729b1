using System;
using NfIpsec.Base;
using NfIpsec.Base.Address;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Base.Ports;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Session;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>IKE_SA_INIT, the peer's. Everything that can be refused is refused before there is state. The shared secret is computed
    /// when IKE_AUTH comes: a peer that only sends first messages costs one key pair.</summary>
    internal sealed class InitAnswer : JobOwner
    {
        private readonly Ikev2Module _ike;
        private readonly IkeSa _sa;
        private readonly Transforms _chosen;
        private readonly byte[] _peerPublic;
        private readonly bool _nat;
        private Secret _private;
        private byte[][] _early;
        private int _earlyCount;
        private readonly IkePath _authPath = new IkePath();

        private InitAnswer(Ikev2Module ike, IkeSa sa, Transforms chosen, byte[] peerPublic, bool nat)
        {
            _ike = ike;
            _sa = sa;
            _chosen = chosen;
            _peerPublic = peerPublic;
            _nat = nat;
        }

        internal static void Handle(Ikev2Module ike, IkePath path, IkeHeader header, PayloadIndex index, byte[] bytes, int offset)
        {
            IkeSa known = ike.Sas.FindRequest(header, index, path, bytes, offset);
            if (known != null)
            {
                Again(ike, known, path);
                return;
            }
            RemoteConfig remote = FindRemote(ike, path, index, out Transforms chosen);
            if (remote == null || chosen == null)
            {
                Refuse(ike, path, header, remote, remote == null ? Fault.NoRemoteForAddress : Fault.NoProposal, null);
                return;
            }
            if (NeedsCookie(ike, path, header, index))
            {
                return;
            }
            int ke = index.Find(PayloadType.KeyExchange);
            if (KePayload.Group(index.Bytes, index.Offset[ke]) != Algorithms.Ikev2Number(chosen.Group))
            {
                int group = Algorithms.Ikev2Number(chosen.Group);
                Refuse(ike, path, header, null, Fault.OtherGroup, new byte[] { (byte)(group >> 8), (byte)group });
            }
            else if (index.Length[ke] - KePayload.DataAt != KeyDerivation.DhLength(Algorithms.NativeId(chosen.Group)))
            {
                Refuse(ike, path, header, null, Fault.BadPublicValue, null);
            }
            else
            {
                Open(ike, path, header, index, bytes, offset, remote, chosen);
            }
        }

        // The same request again gets the same answer (RFC 7296 2.1), as long as it is the last one that we gave.
        private static void Again(Ikev2Module ike, IkeSa sa, IkePath path)
        {
            if (sa.InitRequest != null && sa.Response != null && sa.Keys == null)
            {
                ike.Sender.Resend(sa, path);
            }
            else if (sa.InitRequest == null)
            {
                ike.Module.Log.Count(Fault.OutOfPlace, sa.Path);
            }
        }

        // A first remote with the peer's address and a proposal in common; "any address" comes after all others.
        private static RemoteConfig FindRemote(Ikev2Module ike, IkePath path, PayloadIndex index, out Transforms chosen)
        {
            RemoteConfig found = null;
            chosen = null;
            for (int round = 0; round < 2 && chosen == null; round++)
            {
                for (int i = 0; i < ike.Module.Admin.RemoteCount && chosen == null; i++)
                {
                    RemoteConfig remote = ike.Module.Admin.IkeAdminPrintRemoteConf(i);
                    if (Serves(remote, path, round == 1))
                    {
                        found = remote;
                        chosen = ike.Choice.ForIke(index, index.Find(PayloadType.SecurityAssociation), remote, false);
                    }
                }
            }
            return found;
        }

        /// <summary>The remote may be who is at the other end of the path.</summary>
        internal static bool Serves(RemoteConfig remote, IkePath path, bool any)
        {
            return remote.Version == 2 && remote.Accept
                && (any ? remote.Remote.IsUnspecified : IpAddress.Same(remote.Remote.Words, 0, path.Words, PacketInfo.Destination));
        }

        /// <summary>The other end of the path is where the remote is, or may be.</summary>
        internal static bool IsAt(RemoteConfig remote, IkePath path)
        {
            return remote.Remote.IsUnspecified || IpAddress.Same(remote.Remote.Words, 0, path.Words, PacketInfo.Destination);
        }

        private static bool NeedsCookie(Ikev2Module ike, IkePath path, IkeHeader header, PayloadIndex index)
        {
            long now = ike.Module.Clock.Now;
            if (ike.Sas.HalfOpen < IkeLimits.CookieThreshold || ike.Cookies.Holds(index, header, path, now))
            {
                return false;
            }
            byte[] cookie = ike.Cookies.Make(index, header, path, now);
            if (cookie != null)
            {
                ike.Sender.Refuse(path, header, NotifyType.Cookie, cookie);
            }
            else
            {
                ike.Module.Log.TurnAway(Fault.NoRandom, path, "for cookies", now);
            }
            return true;
        }

        private static void Refuse(Ikev2Module ike, IkePath path, IkeHeader header, RemoteConfig remote, int fault, byte[] data)
        {
            if (remote == null)
            {
                ike.Module.Log.Count(fault, path);
            }
            else
            {
                ike.Module.Log.Fail(fault, remote, path.RemoteText, null);
            }
            ike.Sender.Refuse(path, header, Fault.Notify(fault), data);
        }

        private static void Open(Ikev2Module ike, IkePath path, IkeHeader header, PayloadIndex index, byte[] bytes, int offset, RemoteConfig remote, Transforms chosen)
        {
            IkeSa sa = Enter(ike, path, remote);
            byte[] nonce = new byte[IkeLimits.NonceBytes];
            if (sa == null || ike.Module.Random.Fill(nonce, 0, nonce.Length) != Status.XE_OK)
            {
                ike.Module.Log.TurnAway(sa == null ? ike.Sas.Refusal : Fault.NoRandom, path, sa == null ? ike.Sas.Full : null, ike.Module.Clock.Now);
                if (sa != null)
                {
                    ike.Kill(sa);
                }
                return;
            }
            sa.PeerSpi = header.InitiatorSpi;
            sa.Path.CopyFrom(path);
            sa.InitRequest = CopyOf(bytes, offset, header.Length);
            int ni = index.Find(PayloadType.Nonce);
            sa.InitiatorNonce = CopyOf(index.Bytes, index.Offset[ni], index.Length[ni]);
            sa.ResponderNonce = nonce;
            sa.HalfOpenUntil = sa.CreatedAt + IkeLimits.HalfOpenMs;
            NatDetection.Read(index, header, path, sa);
            sa.PeerHashes = OwnProof.ReadHashes(index);
            sa.Fragmentation = Fragments.Agreed(index, remote);
            int ke = index.Find(PayloadType.KeyExchange);
            byte[] peerPublic = CopyOf(index.Bytes, index.Offset[ke] + KePayload.DataAt, index.Length[ke] - KePayload.DataAt);
            sa.Opening = new InitAnswer(ike, sa, chosen, peerPublic, NotifyPayload.Find(index, NotifyType.NatDetectionSourceIp) >= 0);
            sa.Opening.Generate();
        }

        private static IkeSa Enter(Ikev2Module ike, IkePath path, RemoteConfig remote)
        {
            long now = ike.Module.Clock.Now;
            IkeSa sa = ike.Sas.Add(remote, path, now);
            IkeSa old = sa != null || ike.Sas.Full == null ? null : ike.Sas.Oldest(path, now);
            if (old == null)
            {
                return sa;
            }
            ike.Kill(old);
            return ike.Sas.Add(remote, path, now);
        }

        private static byte[] CopyOf(byte[] src, int offset, int length)
        {
            byte[] copy = new byte[length];
            Array.Copy(src, offset, copy, 0, length);
            return copy;
        }

        // A full desk: the peer will ask again, and finds no state that stands in its way.
        private void Generate()
        {
            int status = _ike.Module.Jobs.Start(JobPort.DhGenerate, Algorithms.NativeId(_chosen.Group), null, 0, 0, this);
            if (status != Status.XE_OK)
            {
                _ike.Module.Log.TurnAway(Fault.OfJob(status), _sa.Path, null, _ike.Module.Clock.Now);
                _ike.Kill(_sa);
                return;
            }
            _ike.Rearm(_sa);
        }

        public override void JobDone(int kind, Secret secret, int status, byte[] output)
        {
            if (secret == null)
            {
                Failed(kind == JobPort.DhShared ? Fault.OfSharedSecret(status) : Fault.OwnFault, status);
            }
            else if (kind == JobPort.DhGenerate)
            {
                _private = secret;
                Answer(output);
            }
            else
            {
                Finish(secret);
            }
        }

        // Where the failure is ours and the peer has its answer, IKE_AUTH will come again, and the work is tried again.
        private void Failed(int fault, int status)
        {
            if (fault == Fault.OwnFault && _early != null)
            {
                _ike.Module.Log.Count(fault, _sa.Path);
                _early = null;
                return;
            }
            _ike.Fail(_sa, fault, Algorithms.Name(_chosen.Group) + ", code " + status.ToString());
        }

        private void Answer(byte[] ourPublic)
        {
            if (!_sa.MoveTo(IkeState.HalfOpen, _ike.Module.Log))
            {
                return;
            }
            MessageWriter writer = _ike.Sender.OpenAnswer(_sa, ExchangeType.IkeSaInit);
            ProposalWriter.WriteChosen(writer, _chosen, true, 0);
            KePayload.Write(writer, Algorithms.Ikev2Number(_chosen.Group), ourPublic, 0, _peerPublic.Length);
            NoncePayload.Write(writer, _sa.ResponderNonce, 0, _sa.ResponderNonce.Length);
            if (_nat)
            {
                NatDetection.Write(writer, _sa);
            }
            if (_sa.PeerHashes != 0)
            {
                OwnProof.WriteHashes(writer, _sa.Remote);
            }
            if (_sa.Fragmentation)
            {
                NotifyPayload.Open(writer, NotifyType.Ikev2FragmentationSupported);
            }
            OwnProof.WriteRequest(writer, _ike, _sa.Remote);
            _ike.Sender.SendAnswer(_sa, ExchangeType.IkeSaInit);
            _sa.InitResponse = _sa.Response;
        }

        /// <summary>IKE_AUTH, or a fragment of it, has come: computes the keys, then has it read, and what came by the same way in the
        /// meantime. What is kept is that of one message, in datagrams and in bytes; forged ones cost their sender's victim one
        /// retransmission.</summary>
        internal void Authenticate(IkePath path, byte[] bytes, int offset, int length)
        {
            if (_early == null)
            {
                int status = _ike.Module.Jobs.Start(JobPort.DhShared, _private.Handle, _peerPublic, 0, _peerPublic.Length, this);
                if (status != Status.XE_OK)
                {
                    _ike.Module.Log.TurnAway(Fault.OfJob(status), path, null, _ike.Module.Clock.Now);
                    return;
                }
                _early = new byte[IkeLimits.MaxEarly][];
                _earlyCount = 0;
                _authPath.CopyFrom(path);
            }
            int held = 0;
            bool known = !path.Same(_authPath);
            for (int i = 0; i < _earlyCount; i++)
            {
                held += _early[i].Length;
                known |= _early[i].Length == length && KeyDerivation.Same(bytes, offset, _early[i], 0, length);
            }
            if (!known && _earlyCount < _early.Length && held + length <= IkeLimits.MaxMessage)
            {
                _early[_earlyCount++] = CopyOf(bytes, offset, length);
            }
        }

        private void Finish(Secret shared)
        {
            int status = KeySetup.Derive(_ike, _sa, _chosen, shared);
            shared.Dispose();
            if (status != Status.XE_OK)
            {
                _ike.Fail(_sa, Fault.OwnFault, "keys, code " + status.ToString());
                return;
            }
            End();
            _sa.Opening = null;
            for (int i = 0; i < _earlyCount; i++)
            {
                _ike.Message(_authPath, _early[i], 0, _early[i].Length);
            }
        }

        /// <summary>Wipes.</summary>
        internal void End()
        {
            if (_private != null)
            {
                _private.Dispose();
                _private = null;
            }
        }
    }
}
