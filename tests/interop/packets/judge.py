#!/usr/bin/python3
"""scapy judges single packets of the native transforms: what it sealed is opened here, what was sealed here it opens.

    judge.py TABLE [--protocols esp,ah,both] [--only TEXT] [--seed N]

TABLE is a JSON file, a list of the rows of firmware/base/algorithm for encryption and integrity: name, kind, ikev2, native, key,
salt, iv, icv, shortIcv (bytes), aead. A row whose IKEv2 number has no counterpart here fails: an algorithm without a judge.

Prints one JSON line for each flow (an SA: algorithms, mode, families, sequence numbers): {"suite", "flow", "packets", "problems"}.
Exit 0 when every flow held, 1 when one did not, 2 for wrong arguments.
"""
import argparse
import json
import random
import sys
from dataclasses import dataclass

import samples
from corrected_scapy import AH, ESP, IP, UDP, Association, Bundle, IPv6, dissect, raw
from native import Library, Refused, Transform
from samples import ENDS, INNER, address

# IANA's IKEv2 numbers (transform types 1 and 3) to scapy's name, its key and salt, IV and ICV in bytes
ENCRYPTION = {
    2: ("DES", (8,), 0, 8, 0), 3: ("3DES", (24,), 0, 8, 0), 11: ("NULL", (0,), 0, 0, 0), 12: ("AES-CBC", (16, 24, 32), 0, 16, 0),
    13: ("AES-CTR", (16, 24, 32), 4, 8, 0),
    14: ("AES-CCM", (16, 24, 32), 3, 8, 8), 15: ("AES-CCM", (16, 24, 32), 3, 8, 12), 16: ("AES-CCM", (16, 24, 32), 3, 8, 16),
    18: ("AES-GCM", (16, 24, 32), 4, 8, 8), 19: ("AES-GCM", (16, 24, 32), 4, 8, 12), 20: ("AES-GCM", (16, 24, 32), 4, 8, 16),
    21: ("AES-GMAC", (16, 24, 32), 4, 8, 16), 28: ("CHACHA20-POLY1305", (32,), 4, 8, 16),
}
# likewise to its key and salt, and ICV
INTEGRITY = {
    1: ("HMAC-MD5-96", 16, 0, 12), 2: ("HMAC-SHA1-96", 20, 0, 12), 5: ("AES-XCBC-96", 16, 0, 12), 8: ("AES-CMAC-96", 16, 0, 12),
    9: ("AES-GMAC", 16, 4, 16), 10: ("AES-GMAC", 24, 4, 16), 11: ("AES-GMAC", 32, 4, 16),
    12: ("SHA2-256-128", 32, 0, 16), 13: ("SHA2-384-192", 48, 0, 24), 14: ("SHA2-512-256", 64, 0, 32),
}
AH_ONLY = (9, 10, 11)                   # RFC 4543 4: in ESP it is a cipher
SIZES = (0, 1, 15, 16, 17, 1400)
SPI = 0x8badf00d
PORTS = (4500, 4500)


@dataclass(frozen=True)
class Suite:
    """Algorithms of one SA: rows of the table; esp None is AH alone, ah None ESP alone."""
    esp: dict = None
    mac: dict = None
    icv: int = 0
    ah: dict = None
    ah_icv: int = 0

    def __str__(self):
        parts = [(self.esp, ""), (self.mac, f"-{self.icv * 8}"), (self.ah, f"-{self.ah_icv * 8} in AH")]
        return " + ".join(row["name"] + more for row, more in parts if row)


def disagreement(row):
    """What the table and the standard, as scapy has it, do not agree on; empty when they do."""
    if row["kind"] == "encryption":
        found = ENCRYPTION.get(row["ikev2"])
        ours = (row["salt"], row["iv"], row["icv"] if row["aead"] else 0)
        if found and row["key"] in found[1] and ours == found[2:]:
            return ""
    else:
        found = INTEGRITY.get(row["ikev2"])
        if found and (row["key"], row["salt"], row["icv"]) == found[1:]:
            return ""
    return f"the table says {row}, the judge {found}" if found else f"{row['kind']} {row['name']} (IKEv2 {row['ikev2']}) has no case"


def suites(rows, protocols):
    """Each algorithm in each protocol, each integrity algorithm with both lengths of its ICV."""
    encryption = [row for row in rows if row["kind"] == "encryption"]
    integrity = [row for row in rows if row["kind"] == "integrity"]
    lengths = [(row, icv) for row in integrity for icv in sorted({row["icv"], row["shortIcv"]}, reverse=True)
               if row["ikev2"] not in AH_ONLY or icv == row["icv"]]
    sha256 = next(row for row in integrity if row["ikev2"] == 12)
    cbc = next(row for row in encryption if row["ikev2"] == 12)
    for protocol in protocols:
        ah = {"ah": sha256, "ah_icv": sha256["icv"]} if protocol == "both" else {}
        if protocol != "ah":
            for row in encryption:
                yield Suite(row, **ah) if row["aead"] else Suite(row, sha256, sha256["icv"], **ah)
        for row, icv in lengths:
            if protocol == "esp" and row["ikev2"] not in AH_ONLY:
                yield Suite(cbc, row, icv)
            elif protocol != "esp":
                yield Suite(*((cbc, sha256, sha256["icv"]) if protocol == "both" else ()), ah=row, ah_icv=icv)


@dataclass(frozen=True)
class Flow:
    """What one SA carries: outer 0 is transport mode."""
    outer: int
    inner: int
    esn: bool
    encapsulated: bool = False

    def __str__(self):
        mode = f"IPv{self.inner} in IPv{self.outer}" if self.outer else f"transport IPv{self.inner}"
        return mode + (" ESN" if self.esn else "") + (" in UDP" if self.encapsulated else "")


def flows(suite):
    for esn in (False, True):
        for outer, inner in ((0, 4), (0, 6), (4, 4), (4, 6), (6, 4), (6, 6)):
            yield Flow(outer, inner, esn)
    if suite.ah is None:
        for outer, inner in ((0, 4), (0, 6), (4, 4), (6, 6)):
            yield Flow(outer, inner, False, True)


class Session:
    """Both parties, each with both directions, under one set of keys a direction."""

    def __init__(self, library, suite, flow, dice):
        self.suite, self.flow, self.dice = suite, flow, dice
        self.high = 0x5a5a0001 if flow.esn else 0
        self.sequence = self.high << 32 | (0x80000000 if flow.esn else 0)
        self.keys = [dice.randbytes(size) for size in (
            suite.esp["key"] + suite.esp["salt"] if suite.esp else 0, suite.mac["key"] if suite.mac else 0, suite.ah["key"] + suite.ah["salt"] if suite.ah else 0)]
        self.ours_out = Transform(library, *self._ours(False), *self.keys)
        self.ours_in = Transform(library, *self._ours(True), *self.keys)
        self.theirs_in, self.theirs_out = self._theirs(), self._theirs()
        self.packets, self.problems = 0, []

    def close(self):
        self.ours_out.close()
        self.ours_in.close()

    def _ours(self, inbound):
        suite, flow = self.suite, self.flow
        wanted = {"PAD_CHECK": True, "INBOUND": inbound, "ESP": suite.esp, "AH": suite.ah, "ESN": flow.esn, "TUNNEL": flow.outer}
        flags = [name for name, on in wanted.items() if on]
        config = {"SPI": SPI}
        if suite.esp:
            config.update(CIPHER=suite.esp["native"], ESP_ICV=self._icv(), ESP_MAC=suite.mac["native"] if suite.mac else 0)
        if suite.ah:
            config.update(AH_MAC=suite.ah["native"], AH_ICV=suite.ah_icv)
        if flow.outer:
            config.update(VERSION=flow.outer, HOP_LIMIT=61)
            config["LOCAL"], config["REMOTE"] = map(address, reversed(ENDS[flow.outer]) if inbound else ENDS[flow.outer])
        if flow.encapsulated:
            config["ENCAP_LOCAL"], config["ENCAP_REMOTE"] = PORTS
        return flags, config

    def _icv(self):
        return self.suite.icv if self.suite.mac else self.suite.esp["icv"]

    def _theirs(self):
        suite, flow = self.suite, self.flow
        high = self.high if flow.esn else None
        source, destination = ENDS[flow.outer] if flow.outer else (None, None)
        tunnel = None
        if flow.outer:
            tunnel = IP(src=source, dst=destination, ttl=64, id=815) if flow.outer == 4 else IPv6(src=source, dst=destination, hlim=64)
        inner = None
        if suite.esp:
            inner = Association(ESP, SPI, ENCRYPTION[suite.esp["ikev2"]][0], self.keys[0], suite.mac and INTEGRITY[suite.mac["ikev2"]][0],
                                self.keys[1], self._icv(), tunnel, PORTS if flow.encapsulated else None, high)
        if suite.ah is None:
            return inner
        outer = Association(AH, SPI, None, b"", INTEGRITY[suite.ah["ikev2"]][0], self.keys[2], suite.ah_icv, None if inner else tunnel, high=high)
        return Bundle(inner, outer) if inner else outer

    # ---- what is tried ----

    def run(self):
        """Every packet of the flow, both ways."""
        ends = (INNER if self.flow.outer else ENDS)[self.flow.inner]
        bundle = self.suite.esp and self.suite.ah      # both parts have been through all of it alone
        for size in SIZES[::2] + SIZES[-1:] if bundle else SIZES:
            self.there_and_back(f"{size} bytes", samples.plain(self.flow.inner, *ends, self.dice.randbytes(size)))
        for name, packet in samples.with_headers(self.flow.inner, *ends, self.dice.randbytes(33)):
            self.there_and_back(name, packet)
        packet = samples.plain(self.flow.inner, *ends, self.dice.randbytes(100))
        self.damaged(packet)
        if self.suite.ah:
            self.on_its_way(packet)
        if self.suite.ah and not bundle:
            for name, with_headers in samples.with_headers(self.flow.inner, *ends, self.dice.randbytes(33)):
                self.on_its_way(with_headers, name)
        if self.suite.esp:
            self.padded(packet)

    def there_and_back(self, name, packet):
        self._expect("ours to scapy, " + name, packet, lambda: self.theirs_in.open(self._well_formed(self.ours_out.seal(packet, self._next()))))
        self._expect("scapy's to us, " + name, packet, lambda: self.ours_in.open(self.theirs_out.seal(packet, self._next()), self.sequence))

    def damaged(self, packet):
        """One bit of the protected part, once at its end (the ICV) and once in the text."""
        code = "XE_AH_DIGEST_MISMATCH" if self.suite.ah else "XE_ESP_DIGEST_MISMATCH"
        for at in (-1, -40):
            sealed = bytearray(self.theirs_out.seal(packet, self._next()))
            sealed[at] ^= 1 << self.dice.randrange(8)
            self._expect(f"damaged at {at}", code, lambda: self.ours_in.open(bytes(sealed), self.sequence))
        if self.flow.esn:
            sealed = self.theirs_out.seal(packet, self._next())
            self._expect("another high half", code, lambda: self.ours_in.open(sealed, self.sequence + (1 << 32)))

    def on_its_way(self, packet, name="plain"):
        """AH covers what routers leave alone, and nothing else. In a tunnel the inner packet arrives as it was."""
        arrives = packet if self.flow.outer else samples.routed(packet)
        self._expect("routed, ours to scapy, " + name, arrives,
                     lambda: self.theirs_in.open(samples.routed(self.ours_out.seal(packet, self._next()))))
        self._expect("routed, scapy's to us, " + name, arrives,
                     lambda: self.ours_in.open(samples.routed(self.theirs_out.seal(packet, self._next())), self.sequence))
        self._expect("another source, " + name, "XE_AH_DIGEST_MISMATCH",
                     lambda: self.ours_in.open(samples.rerouted(self.theirs_out.seal(packet, self._next())), self.sequence))

    def padded(self, packet):
        """Padding of both kinds (RFC 4303 2.4, 2.7); scapy leaves TFC padding where it is, behind the datagram."""
        sealed = self.ours_out.seal(packet, self._next(), 100)
        self._expect("our TFC padding", samples.datagram(packet), lambda: samples.datagram(self.theirs_in.open(sealed)))
        self._expect("its length", True, lambda: len(sealed) > len(self.ours_out.seal(packet, self._next())) + 80)
        if self.flow.outer:
            self._expect("scapy's TFC padding", packet,
                         lambda: self.ours_in.open(self.theirs_out.seal(packet + self.dice.randbytes(77), self._next()), self.sequence))
        esp = self.theirs_out.esp if self.suite.ah else self.theirs_out
        plain = esp.crypt_algo
        esp.pad_more(5)
        self._expect("scapy's longer padding", packet, lambda: self.ours_in.open(self.theirs_out.seal(packet, self._next()), self.sequence))
        esp.crypt_algo = plain

    # ---- how it is judged ----

    def _next(self):
        self.sequence += 1
        return self.sequence

    def _expect(self, name, wanted, work):
        """wanted: the packet, or the name of the code that refuses it."""
        self.packets += 1
        try:
            got = work()
        except Refused as refusal:
            got = refusal.code
        except Exception as error:  # scapy raises several kinds; each means that it could not open our packet
            got = f"{type(error).__name__}: {error}"
        if got != wanted:
            shown = [one if isinstance(one, (str, bool)) else f"{len(one)} bytes {one.hex()}" for one in (wanted, got)]
            self.problems.append(f"{name}: expected {shown[0]}, got {shown[1]}")

    def _well_formed(self, packet):
        """What a router and the peer's stack look at in our packet: lengths, checksums, the tunnel's ends, SPI and sequence number."""
        seen = dissect(packet)
        again = seen.copy()
        if seen.version == 4:
            del again.len, again.chksum
        else:
            del again.plen
        if UDP in again and self.flow.encapsulated:
            del again[UDP].len
            if seen.version == 6:
                del again[UDP].chksum
        if raw(again) != packet:
            raise ValueError("lengths or checksums are wrong: " + packet.hex())
        if self.flow.outer and (seen.src, seen.dst) != ENDS[self.flow.outer]:
            raise ValueError(f"tunnel from {seen.src} to {seen.dst}")
        header = seen[AH] if self.suite.ah else seen[ESP]
        if (header.spi, header.seq) != (SPI, self.sequence & 0xffffffff):
            raise ValueError(f"SPI {header.spi:#x}, sequence number {header.seq:#x}")
        return packet


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=argparse.FileType())
    parser.add_argument("--protocols", default="esp,ah,both", type=lambda text: text.split(","))
    parser.add_argument("--only", default="", help="flows whose line holds this text")
    parser.add_argument("--seed", type=int, default=1, help="of keys and payloads")
    chosen = parser.parse_args()
    if not set(chosen.protocols) <= {"esp", "ah", "both"}:
        parser.error("--protocols: of esp, ah and both")
    return chosen


def main():
    chosen = arguments()
    rows = json.load(chosen.table)
    dice, library, failed = random.Random(chosen.seed), Library(), False

    def report(suite, flow, packets, problems):
        nonlocal failed
        failed |= bool(problems)
        print(json.dumps({"suite": str(suite), "flow": str(flow), "packets": packets, "problems": problems}), flush=True)

    wrong = {row["name"]: disagreement(row) for row in rows}
    for row in rows:
        report(row["name"], "table", 0, [wrong[row["name"]]] if wrong[row["name"]] else [])
    for suite in suites([row for row in rows if not wrong[row["name"]]], chosen.protocols):
        for flow in flows(suite):
            if chosen.only not in f"{suite} {flow}":
                continue
            session = Session(library, suite, flow, dice)
            try:
                session.run()
            finally:
                session.close()
            report(suite, flow, session.packets, session.problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
