using NfIpsec.Base.Algorithm;
using NfIpsec.Ike.Admin;
using NfIpsec.Ike.Wire;

namespace NfIpsec.Ikev2
{
    /// <summary>SA payloads from configuration. AEADs and ciphers with separate integrity cannot stand in one proposal (RFC 7296 3.3):
    /// the kind that is preferred is proposal 1.</summary>
    internal static class ProposalWriter
    {
        private static readonly int[] s_none = new int[0];

        internal static void WriteIke(MessageWriter writer, RemoteConfig remote)
        {
            WriteIke(writer, remote, new Transforms(), 0);
        }

        /// <param name="inUse">What comes first in the lists, where it stands there: that of the SA that is rekeyed (RFC 7296 2.8).</param>
        /// <param name="spi">Ours in the new SA; 0 in IKE_SA_INIT.</param>
        internal static void WriteIke(MessageWriter writer, RemoteConfig remote, Transforms inUse, long spi)
        {
            SaWriter sa = new SaWriter();
            sa.Open(writer);
            int[] encryption = Preference.First(remote.Encryption, inUse.Encryption);
            bool aead = Algorithms.IsAead(encryption[0]);
            int number = 0;
            for (int round = 0; round < 2; round++)
            {
                if (Has(encryption, aead))
                {
                    sa.IkeProposal(++number, spi);
                    Ciphers(sa, encryption, Preference.First(remote.Integrity, inUse.Integrity), aead);
                    Numbers(sa, TransformType.Prf, Preference.First(remote.Prf, inUse.Prf));
                    Numbers(sa, TransformType.KeyExchange, Preference.First(remote.Groups, inUse.Group));
                }
                aead = !aead;
            }
            sa.Close();
        }

        /// <param name="protocol">ProtocolId.Ah or Esp.</param>
        /// <param name="groups">Whether the exchange has a Diffie-Hellman of its own: not in IKE_AUTH.</param>
        internal static void WriteChild(MessageWriter writer, ChildConfig child, int protocol, int spi, bool esn, bool groups)
        {
            SaWriter sa = new SaWriter();
            sa.Open(writer);
            if (protocol == ProtocolId.Ah)
            {
                sa.ChildProposal(1, ProtocolId.Ah, spi);
                Numbers(sa, TransformType.Integrity, child.Integrity);
                Numbers(sa, TransformType.KeyExchange, groups ? child.Groups : s_none);
                Sequence(sa, esn);
                sa.Close();
                return;
            }
            bool aead = Algorithms.IsAead(child.Encryption[0]);
            int number = 0;
            for (int round = 0; round < 2; round++)
            {
                if (Has(child.Encryption, aead))
                {
                    sa.ChildProposal(++number, ProtocolId.Esp, spi);
                    Ciphers(sa, child.Encryption, child.Integrity, aead);
                    if (groups)
                    {
                        Numbers(sa, TransformType.KeyExchange, child.Groups);
                    }
                    Sequence(sa, esn);
                }
                aead = !aead;
            }
            sa.Close();
        }

        /// <summary>The answer: what was chosen, once each.</summary>
        /// <param name="spi">Ours; of an IKE SA 0 in IKE_SA_INIT.</param>
        internal static void WriteChosen(MessageWriter writer, Transforms chosen, bool ike, long spi)
        {
            SaWriter sa = new SaWriter();
            sa.Open(writer);
            if (ike)
            {
                sa.IkeProposal(chosen.Proposal, spi);
            }
            else
            {
                sa.ChildProposal(chosen.Proposal, chosen.Protocol, (int)spi);
            }
            if (chosen.Encryption >= 0)
            {
                Cipher(sa, chosen.Encryption);
            }
            One(sa, TransformType.Integrity, chosen.Integrity);
            One(sa, TransformType.Prf, chosen.Prf);
            One(sa, TransformType.KeyExchange, chosen.Group);
            if (!ike)
            {
                Sequence(sa, chosen.Esn);
            }
            sa.Close();
        }

        private static bool Has(int[] encryption, bool aead)
        {
            for (int i = 0; i < encryption.Length; i++)
            {
                if (Algorithms.IsAead(encryption[i]) == aead)
                {
                    return true;
                }
            }
            return false;
        }

        private static void Ciphers(SaWriter sa, int[] encryption, int[] integrity, bool aead)
        {
            for (int i = 0; i < encryption.Length; i++)
            {
                if (Algorithms.IsAead(encryption[i]) == aead)
                {
                    Cipher(sa, encryption[i]);
                }
            }
            if (!aead)
            {
                Numbers(sa, TransformType.Integrity, integrity);
            }
        }

        private static void Cipher(SaWriter sa, int row)
        {
            sa.Transform(TransformType.Encryption, Algorithms.Ikev2Number(row), Algorithms.ProposedKeyBits(row));
        }

        private static void Numbers(SaWriter sa, int type, int[] rows)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                One(sa, type, rows[i]);
            }
        }

        private static void One(SaWriter sa, int type, int row)
        {
            if (row >= 0)
            {
                sa.Transform(type, Algorithms.Ikev2Number(row), 0);
            }
        }

        private static void Sequence(SaWriter sa, bool esn)
        {
            sa.Transform(TransformType.ExtendedSequence, esn ? TransformType.WithExtendedSequence : TransformType.NoExtendedSequence, 0);
        }
    }
}
