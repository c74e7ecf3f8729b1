using System.Reflection;

// The firmware refuses to load this assembly when its own table carries another version: raise it with every change
// of a signature here, and in crypto-native/clr.
[assembly: AssemblyNativeVersion("100.0.5.0")]
