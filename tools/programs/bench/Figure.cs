using System.Text.Json.Serialization;

namespace NfIpsec.Bench;

/// <summary>One measured figure, its budget where DESIGN has one, and whether it is kept.</summary>
internal sealed record Figure(string Bench, string Name, double Value, string Unit, double? Budget = null, bool AtMost = false)
{
    public string? Detail { get; init; }

    public bool? Kept => Budget == null ? null : AtMost ? Value <= Budget : Value >= Budget;
}

[JsonSerializable(typeof(Figure))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class FigureJson : JsonSerializerContext;
