using NfIpsec.Base.Algorithm;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>Chooses from an SA payload: the first proposal that has something of every kind that we allow, and in it what we prefer.
    /// An answer is judged by the same rules and must hold one proposal with one transform of a kind.</summary>
    internal sealed class ProposalChoice
    {
        private static readonly int[] s_none = new int[0];

        private readonly SaReader _reader = new SaReader();
        private int[] _encryption, _integrity, _prf, _groups;
        private int _protocol;
        private bool _ike, _esn;

        /// <summary>null when nothing fits.</summary>
        internal Transforms ForIke(PayloadIndex index, int place, RemoteConfig remote, bool answer)
        {
            return ForIke(index, place, remote, new Transforms(), answer);
        }

        /// <param name="inUse">What is preferred to all else: that of the SA that is rekeyed (RFC 7296 2.8).</param>
        internal Transforms ForIke(PayloadIndex index, int place, RemoteConfig remote, Transforms inUse, bool answer)
        {
            Allow(Preference.First(remote.Encryption, inUse.Encryption), Preference.First(remote.Integrity, inUse.Integrity),
                Preference.First(remote.Prf, inUse.Prf), Preference.First(remote.Groups, inUse.Group));
            _ike = true;
            _protocol = ProtocolId.Ike;
            return Choose(index, place, answer);
        }

        /// <param name="groups">The exchange can have a Diffie-Hellman of its own.</param>
        internal Transforms ForChild(PayloadIndex index, int place, ChildConfig child, int protocol, bool esn, bool groups, bool answer)
        {
            Allow(child.Encryption, child.Integrity, s_none, groups ? child.Groups : s_none);
            _ike = false;
            _protocol = protocol;
            _esn = esn;
            return Choose(index, place, answer);
        }

        private void Allow(int[] encryption, int[] integrity, int[] prf, int[] groups)
        {
            _encryption = encryption;
            _integrity = integrity;
            _prf = prf;
            _groups = groups;
        }

        private Transforms Choose(PayloadIndex index, int place, bool answer)
        {
            if (_reader.Open(index.Bytes, index.Offset[place], index.Length[place]) != WireStatus.Ok)
            {
                return null;
            }
            while (_reader.NextProposal())
            {
                Transforms chosen = new Transforms();
                if (Fits(chosen, answer))
                {
                    chosen.Proposal = _reader.Number;
                    chosen.Spi = _reader.ChildSpi;
                    chosen.IkeSpi = _reader.IkeSpi;
                    return answer && _reader.NextProposal() ? null : chosen;
                }
            }
            return null;
        }

        private bool Fits(Transforms chosen, bool answer)
        {
            if (_reader.Protocol != _protocol || HasUnknownKind())
            {
                return false;
            }
            chosen.Protocol = _protocol;
            chosen.Encryption = Best(TransformType.Encryption, _encryption);
            if ((chosen.Encryption < 0 && _protocol != ProtocolId.Ah) || !IntegrityFits(chosen) || (!_ike && !SequenceFits(chosen)))
            {
                return false;
            }
            chosen.Prf = Best(TransformType.Prf, _prf);
            chosen.Group = Best(TransformType.KeyExchange, _groups);
            bool all = _ike ? chosen.Prf >= 0 && chosen.Group >= 0 : GroupFits(chosen);
            return all && (!answer || NoKindTwice());
        }

        private bool IntegrityFits(Transforms chosen)
        {
            if (chosen.Encryption >= 0 && Algorithms.IsAead(chosen.Encryption))
            {
                return AbsentOrNone(TransformType.Integrity);
            }
            chosen.Integrity = Best(TransformType.Integrity, _integrity);
            return chosen.Integrity >= 0;
        }

        // ESP and AH must say whether it has extended sequence numbers (RFC 7296 3.3.3).
        private bool SequenceFits(Transforms chosen)
        {
            chosen.Esn = _esn;
            return Offers(TransformType.ExtendedSequence, _esn ? TransformType.WithExtendedSequence : TransformType.NoExtendedSequence, 0);
        }

        // Forward secrecy when we ask for it; none when we do not.
        private bool GroupFits(Transforms chosen)
        {
            return _groups.Length > 0 ? chosen.Group >= 0 : AbsentOrNone(TransformType.KeyExchange);
        }

        private int Best(int type, int[] rows)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                int row = rows[i];
                if (Offers(type, Algorithms.Ikev2Number(row), Algorithms.ProposedKeyBits(row)))
                {
                    return row;
                }
            }
            return Algorithms.None;
        }

        private bool Offers(int type, int id, int keyBits)
        {
            _reader.RewindTransforms();
            while (_reader.NextTransform())
            {
                if (_reader.Type == type && _reader.Id == id && _reader.KeyBits == keyBits && _reader.Usable)
                {
                    return true;
                }
            }
            return false;
        }

        private bool AbsentOrNone(int type)
        {
            bool any = false;
            _reader.RewindTransforms();
            while (_reader.NextTransform())
            {
                any |= _reader.Type == type;
            }
            return !any || Offers(type, TransformType.None, 0);
        }

        // A proposal with a kind of transform that we do not know, or its protocol does not have, cannot be chosen (RFC 7296 3.3.3,
        // 3.3.6).
        private bool HasUnknownKind()
        {
            _reader.RewindTransforms();
            while (_reader.NextTransform())
            {
                bool ours = _reader.Type >= TransformType.Encryption && _reader.Type <= (_ike ? TransformType.KeyExchange : TransformType.ExtendedSequence);
                if (!ours || (!_ike && _reader.Type == TransformType.Prf) || (_protocol == ProtocolId.Ah && _reader.Type == TransformType.Encryption))
                {
                    return true;
                }
            }
            return false;
        }

        private bool NoKindTwice()
        {
            int seen = 0;
            _reader.RewindTransforms();
            while (_reader.NextTransform())
            {
                int bit = 1 << _reader.Type;
                if ((seen & bit) != 0)
                {
                    return false;
                }
                seen |= bit;
            }
            return true;
        }
    }
}
