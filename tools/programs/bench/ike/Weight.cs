using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace NfIpsec.Bench
{
    /// <summary>What an object graph costs on a board's heap, which is made of blocks of 12 bytes: an object one for itself and one for
    /// each field, an array two and its elements, references at a block each. A string is an array of its UTF-8 bytes.</summary>
    internal sealed class Weight
    {
        private const int Block = 12;

        private readonly HashSet<object> _seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        private readonly Assembly _firmware = typeof(Weight).Assembly;

        /// <summary>Bytes of all that can be reached from an object, the object included. What the benchmark itself brings is not
        /// counted.</summary>
        public static int Of(object root)
        {
            return new Weight().Visit(root);
        }

        /// <summary>Bytes of what the firmware's static fields hold.</summary>
        public static int OfStatics()
        {
            var weight = new Weight();
            int sum = 0;
            foreach (var type in weight._firmware.GetTypes())
            {
                if (!IsFirmware(type))
                {
                    continue;
                }
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
                foreach (var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    sum += field.IsLiteral ? 0 : weight.Visit(field.GetValue(null));
                }
            }
            return sum;
        }

        private static bool IsFirmware(Type type)
        {
            return type.Namespace != null && type.Namespace.StartsWith("NfIpsec.", StringComparison.Ordinal) && type.Namespace != "NfIpsec.Bench";
        }

        private int Visit(object one)
        {
            if (one == null || one is Type || one is Delegate || one.GetType().IsPrimitive || one.GetType().Namespace == "NfIpsec.Bench" || !_seen.Add(one))
            {
                return 0;
            }
            if (one is string text)
            {
                return Blocks(2 * Block + System.Text.Encoding.UTF8.GetByteCount(text) + 1);
            }
            return one is Array array ? OfArray(array) : OfObject(one);
        }

        private int OfArray(Array array)
        {
            var element = array.GetType().GetElementType();
            if (element.IsPrimitive)
            {
                return Blocks(2 * Block + Buffer.ByteLength(array));
            }
            int sum = (2 + array.Length) * Block;
            foreach (object item in array)
            {
                sum += Visit(item);
            }
            return sum;
        }

        // The base library's own (ArrayList) counts like the rest: its list is an array of references there too.
        private int OfObject(object one)
        {
            int sum = Block;
            for (var type = one.GetType(); type != null; type = type.BaseType)
            {
                foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    sum += Block + Visit(field.GetValue(one));
                }
            }
            return sum;
        }

        private static int Blocks(int bytes)
        {
            return (bytes + Block - 1) / Block * Block;
        }
    }
}
