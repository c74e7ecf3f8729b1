using System;
using System.Collections;
using System.Linq;
using System.Reflection;
using NfIpsec.Base.Crypto;

namespace NfIpsec.Tests.Ladders
{
    /// <summary>Lets SAs of one peer grow old at the moment that a test wants.</summary>
    internal static class Aging
    {
        private const BindingFlags Any = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

        private static object Field(object of, string name) => of.GetType().GetField(name, Any).GetValue(of);

        private static void Set(object of, string name, object value) => of.GetType().GetField(name, Any).SetValue(of, value);

        /// <summary>The IKE SA by its place among those that there are.</summary>
        public static object Sa(Peer peer, int index = 0) =>
            ((IEnumerable)Field(Field(peer.Ikev2, "Sas"), "Slots")).Cast<object>().Where(slot => slot != null).ElementAt(index);

        private static void Rearm(Peer peer, object sa) => peer.Ikev2.GetType().GetMethod("Rearm", Any).Invoke(peer.Ikev2, new[] { sa });

        /// <summary>The peer wants to rekey that child at its next step.</summary>
        public static void Child(Peer peer, int index = 0, int sa = 0)
        {
            object of = Sa(peer, sa);
            Set(((Array)Field(of, "Children")).GetValue(index), "RenewAt", peer.World.Clock.Now);
            Rearm(peer, of);
        }

        /// <summary>Timers that are set: of IKE SAs, and of sessions in IPsec.</summary>
        public static (int Ike, int Ipsec) Timers(Peer peer)
        {
            object sas = Field(peer.Ikev2, "Sas"), sad = Field(peer.Ipsec, "_sad");
            return (((NfIpsec.Base.Timer.TimerQueue)Field(sas, "Timers")).Count, ((NfIpsec.Base.Timer.TimerQueue)Field(sad, "Timers")).Count);
        }

        /// <summary>The peer wants to rekey its IKE SA at its next step.</summary>
        public static void Ike(Peer peer, int sa = 0)
        {
            object of = Sa(peer, sa);
            Set(of, "SoftAt", peer.World.Clock.Now);
            Rearm(peer, of);
        }
    }

    /// <summary>Native random numbers whose nonces begin as a test says, so that it knows the lowest.</summary>
    internal sealed class NonceRandom : RandomSource
    {
        private readonly NativeRandom _native = new();
        private readonly int[] _first;
        private int _next = -1;

        public NonceRandom(params int[] first) => _first = first;

        /// <summary>From now on nonces begin with the numbers given.</summary>
        public void Begin() => _next = 0;

        public override int Fill(byte[] dst, int offset, int length)
        {
            int status = _native.Fill(dst, offset, length);
            if (length == NfIpsec.Ike.Session.IkeLimits.NonceBytes && _next >= 0 && _next < _first.Length)
                dst[offset] = (byte)_first[_next++];
            return status;
        }
    }
}
