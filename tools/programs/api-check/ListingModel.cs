using System;
using System.Collections.Generic;

namespace NfIpsec.Tools.ApiCheck
{
    /// <summary>One listed assembly: its name, the assemblies it references, its types.</summary>
    public sealed class ListedAssembly
    {
        public string Name;
        public IReadOnlyList<string> References;
        public readonly List<ListedType> Types = new List<ListedType>();
        public readonly List<string> Unread = new List<string>();
    }

    /// <summary>One listed type. <see cref="Kind"/> is class, struct, interface, enum or delegate.</summary>
    public sealed class ListedType
    {
        public string Kind, FullName, Modifiers;
        public string DelegateResult, DelegateParameters;
        public bool Flags;
        public IReadOnlyList<string> Bases = Array.Empty<string>();
        public readonly List<ListedMember> Members = new List<ListedMember>();
        public readonly List<ListedType> Nested = new List<ListedType>();

        public string Name => FullName.Substring(FullName.LastIndexOf('.') + 1);
        public string Container => FullName.Contains('.') ? FullName.Substring(0, FullName.LastIndexOf('.')) : "";
        public bool IsGeneric => FullName.Contains('`');
        public bool IsStatic => Modifiers.Contains("static");
    }

    /// <summary>One listed member. <see cref="Kind"/> is method, constructor, property, indexer, event, field, const or value (of an enum).</summary>
    public sealed class ListedMember
    {
        public string Kind, Modifiers, Type, Name, Parameters, Accessors, Value;

        /// <summary>Name and parameter types: what an implementation must match.</summary>
        public string Signature => Name + "(" + string.Join(",", ListingText.ParameterTypes(Parameters)) + ")";
    }
}
