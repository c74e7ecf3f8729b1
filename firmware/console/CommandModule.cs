using NfIpsec.Console.Commands;
using NfIpsec.Console.Grammar;

namespace NfIpsec.Console
{
    /// <summary>Commands of a room above the console, and what its own commands need from there: who negotiates the keys of a policy.
    /// The console knows no more of IKE than this; an image without it has no module.</summary>
    public abstract class CommandModule
    {
        /// <summary>Rows for the table of commands, made anew; their ids are from <see cref="Table.FirstOfModule"/> on.</summary>
        public abstract Command[] Commands();

        /// <summary>Before the first line: where answers go.</summary>
        public abstract void Attach(Answer answer);

        /// <summary>Executes one of its commands.</summary>
        /// <returns>What goes on after the line was read, or null.</returns>
        public abstract Activity Execute(Parsed parsed);

        /// <summary>A policy with -g stands in the SPD: takes its keys on. 0, or a Status code; then the policy goes again.</summary>
        /// <param name="why">After a failure, what was wrong in one sentence.</param>
        public abstract int PolicyAdded(PolicyEntry entry, OptionList options, out string why);

        /// <summary>A policy with -g is gone from the SPD.</summary>
        public abstract void PolicyGone(string name);

        /// <summary>Everything as at start: no SA, nothing configured. Peers are told.</summary>
        public abstract void Reset();

        /// <summary>Its configuration as command lines, one row of <paramref name="lines"/> each; those that policies need.</summary>
        public abstract void Dump(DumpText lines);
    }
}
