using System;
using NfIpsec.Base;
using NfIpsec.Base.Algorithm;
using NfIpsec.Base.Crypto;
using NfIpsec.Console.Grammar;

namespace NfIpsec.Console.Commands
{
    /// <summary>A comma-separated list of algorithms of one kind, in order of preference, as rows of <see cref="Algorithms"/>.</summary>
    public sealed class AlgorithmList
    {
        public const int Max = Limits.MaxAlgorithms;

        public readonly int[] Rows = new int[Max];
        public int Count;
        public bool HasLegacy;

        /// <summary>Reads -a or -e. Null, and said why, when a name is unknown, twice in the list or legacy while that is off.</summary>
        /// <param name="most">How many names may stand in the list.</param>
        public static AlgorithmList Parse(Parsed parsed, char letter, int kind, int most, bool legacyOn, Answer answer)
        {
            AlgorithmList list = new AlgorithmList();
            string[] names = parsed.Value(letter).Split(',');
            string where = Operands.Where(parsed, letter);
            if (names.Length > most)
            {
                answer.Error(where + "expected " + (most == 1 ? "one algorithm" : "at most " + most.ToString() + " algorithms"));
                return null;
            }
            for (int i = 0; i < names.Length; i++)
            {
                string error = list.Add(kind, names[i], legacyOn);
                if (error != null)
                {
                    answer.Error(where + error);
                    return null;
                }
            }
            return list;
        }

        /// <summary>True when every algorithm protects integrity too.</summary>
        public bool AllAead
        {
            get
            {
                bool all = Count > 0;
                for (int i = 0; i < Count; i++)
                {
                    all &= Algorithms.IsAead(Rows[i]);
                }
                return all;
            }
        }

        /// <summary>True when one of them has the trait.</summary>
        public bool Has(int trait)
        {
            bool any = false;
            for (int i = 0; i < Count; i++)
            {
                any |= Algorithms.Has(Rows[i], trait);
            }
            return any;
        }

        /// <summary>The rows in an array as long as the list.</summary>
        public int[] ToRows()
        {
            int[] rows = new int[Count];
            Array.Copy(Rows, 0, rows, 0, Count);
            return rows;
        }

        /// <summary>The list as configuration is written: canonical names, commas.</summary>
        public override string ToString()
        {
            string text = "";
            for (int i = 0; i < Count; i++)
            {
                text += (i == 0 ? "" : ",") + Algorithms.Name(Rows[i]);
            }
            return text;
        }

        private string Add(int kind, string name, bool legacyOn)
        {
            int row = Algorithms.Find(kind, name);
            if (row < 0)
            {
                return "'" + name + "' is not an algorithm of this build; expected one of " + Known(kind);
            }
            if (!Availability.Has(row))
            {
                return Algorithms.Name(row) + ": this build or this chip does not have it";
            }
            if (Algorithms.IsLegacy(row) && !legacyOn)
            {
                return Algorithms.Name(row) + " is a legacy algorithm and refused; expected the line 'ipsec legacy on' before";
            }
            for (int i = 0; i < Count; i++)
            {
                if (Rows[i] == row)
                {
                    return Algorithms.Name(row) + " is named twice";
                }
            }
            HasLegacy |= Algorithms.IsLegacy(row);
            Rows[Count++] = row;
            return null;
        }

        private static string Known(int kind)
        {
            string text = "";
            for (int row = 0; row < Algorithms.Count; row++)
            {
                if (Algorithms.Kind(row) == kind)
                {
                    text += (text.Length == 0 ? "" : " ") + Algorithms.Name(row);
                }
            }
            return text;
        }
    }
}
