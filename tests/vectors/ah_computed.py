#!/usr/bin/python3
"""Writes ah-computed.txt: packets protected by AH (RFC 4302), alone and around ESP.

    apt-get install python3-scapy python3-cryptography; /usr/bin/python3 tests/vectors/ah_computed.py > tests/vectors/ah-computed.txt

scapy 2.5 builds the packets and computes each ICV; masked() below, from the RFC's text, computes it again, and the two must agree.
scapy takes source routes as they stand and, where ESP is within, signs that instead of the AH around it: there the ICV is ours alone
("scapy=False").
"""
import hmac
import struct
import sys

from scapy.layers.inet import IP, UDP, IPOption_LSRR, IPOption_NOP, IPOption_RR, IPOption_Router_Alert, IPOption_Timestamp
from scapy.layers.inet6 import HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, RouterAlert
from scapy.layers.ipsec import AH, ESP, SecurityAssociation
from scapy.packet import Raw, raw

IMMUTABLE = {0x82, 0x85, 0x86, 0x94, 0x95}
MACS = {  # name: scapy's name, hash, ICV, key
    "MD5": ("HMAC-MD5-96", "md5", 12, 16), "SHA1": ("HMAC-SHA1-96", "sha1", 12, 20), "SHA256": ("SHA2-256-128", "sha256", 16, 32),
    "SHA384": ("SHA2-384-192", "sha384", 24, 48), "SHA512": ("SHA2-512-256", "sha512", 32, 64)}
SPI = 0x11223344


def key(length, salt):
    return bytes((i * 29 + salt) & 0xff for i in range(length))


def masked4(head):
    head = bytearray(head)
    head[1] = 0
    head[6:9] = bytes(3)
    head[10:12] = bytes(2)
    at = 20
    while at < len(head) and head[at] != 0:
        if head[at] == 1:
            at += 1
            continue
        size = head[at + 1]
        if head[at] in (131, 137) and head[at + 2] < size:
            head[16:20] = head[at + size - 4:at + size]
        if head[at] not in IMMUTABLE:
            head[at:at + size] = bytes(size)
        at += size
    return bytes(head)


def masked6(head):
    head = bytearray(head)
    head[0:4] = b"\x60\0\0\0"
    head[7] = 0
    kind, at = head[6], 40
    while at < len(head):
        size = (head[at + 1] + 1) * 8
        option = at + 2
        while kind in (0, 60) and option < at + size:
            if head[option] == 0:
                option += 1
                continue
            if head[option] & 0x20:
                head[option + 2:option + 2 + head[option + 1]] = bytes(head[option + 1])
            option += 2 + head[option + 1]
        while kind == 43 and head[at + 3] > 0:                # RFC 2460 4.4, one host of the way after the other
            here = at + 8 + 16 * ((size - 8) // 16 - head[at + 3])
            head[24:40], head[here:here + 16] = head[here:here + 16], head[24:40]
            head[at + 3] -= 1
        kind = head[at]
        at += size
    return bytes(head)


def icv(packet, mac, mac_key, high):
    """packet as it is sent, its ICV whatever it is"""
    _, digest, size, _ = MACS[mac]
    if packet[0] >> 4 == 4:
        front, mask = (packet[0] & 15) * 4, masked4
    else:
        front, mask, kind = 40, masked6, packet[6]
        while kind != 51:
            kind, front = packet[front], front + (packet[front + 1] + 1) * 8
    text = mask(packet[:front]) + packet[front:front + 12] + bytes(size) + packet[front + 12 + size:]
    text += struct.pack("!L", high) if high is not None else b""
    return front, hmac.new(mac_key, text, digest).digest()[:size]


def protect(packet, mac, sequence, high=None, tunnel=None, scapy=True, next_header=None):
    name, _, size, length = MACS[mac]
    sa = SecurityAssociation(AH, spi=SPI, auth_algo=name, auth_key=key(length, 133), tunnel_header=tunnel,
                             esn_en=high is not None, esn=high or 0)
    sent = bytearray(raw(sa.encrypt(packet, seq_num=sequence)))
    if next_header:
        sent[icv(sent, mac, key(length, 133), high)[0]] = next_header
    front, value = icv(sent, mac, key(length, 133), high)
    if scapy and sent[front + 12:front + 12 + size] != value:
        sys.exit("scapy and masked() differ")
    return sent[:front + 12] + value + sent[front + 12 + size:]


def opaque(packet):
    """ESP under a number scapy does not know (RFC 3692)"""
    packet = packet.__class__(raw(packet))
    inside, below = raw(packet[ESP]), packet[ESP].underlayer
    below.remove_payload()
    below.setfieldval("proto" if packet.version == 4 else "nh", 253)
    return packet.__class__(raw(packet / Raw(inside)))


def surround(packet, cipher, cipher_key, esp_mac, mac, sequence, high=None, tunnel=None):
    algorithm = {"AES_CBC": "AES-CBC", "AES_GCM": "AES-GCM", "NULL": "NULL"}[cipher]
    esp = SecurityAssociation(ESP, spi=SPI, crypt_algo=algorithm, crypt_key=cipher_key,
                              auth_algo=MACS[esp_mac][0] if esp_mac else None,
                              auth_key=key(MACS[esp_mac][3], 91) if esp_mac else None, tunnel_header=tunnel)
    iv = struct.pack("!LL", high or 0, sequence) if cipher == "AES_GCM" else key(16, 3) if cipher == "AES_CBC" else None
    aead = {"esn_en": True, "esn": high} if high is not None and cipher == "AES_GCM" else {}
    inner = esp.encrypt(packet, seq_num=sequence, iv=iv, **aead)
    return protect(opaque(inner), mac, sequence, high, scapy=False, next_header=50)


def show(name, mac, original, sealed, high=None, seals="yes", mode="transport", outer=0, esp=None):
    fields = [("name", name), ("algorithm", mac), ("mode", mode), ("outer", "%02x" % outer), ("seals", seals)]
    fields += [("esp", esp)] if esp else []
    fields += [("high", "%08x" % high)] if high is not None else []
    fields += [("original", raw(original).hex()), ("sealed", sealed.hex())]
    print("\n" + "\n".join("%s = %s" % field for field in fields))


def main():
    print("# AH (RFC 4302): written by tests/vectors/ah_computed.py, which says how; no RFC has vectors of its own.")
    print('# Format: "field = hex"; a blank line ends a case; "name" and "algorithm" are words. Read by tests/native/vectors.c.')
    udp = UDP(sport=1111, dport=2222) / Raw(bytes(range(64)))
    v4 = IP(src="10.0.0.1", dst="10.0.0.2", tos=0xb9, id=4711, ttl=61, flags="DF") / udp
    v6 = IPv6(src="2001:db8::1", dst="2001:db8::2", tc=0xb9, fl=0x12345, hlim=61) / udp
    for mac in MACS:
        show("IPv4 " + mac, mac, v4, protect(IP(raw(v4)), mac, 1))
        show("IPv6 " + mac, mac, v6, protect(IPv6(raw(v6)), mac, 0xffffffff))
    alert = IP(src="10.0.0.1", dst="10.0.0.2", options=[IPOption_Router_Alert(), IPOption_NOP()]) / udp
    show("IPv4, router alert", "SHA256", alert, protect(IP(raw(alert)), "SHA256", 2))
    record = IP(src="10.0.0.1", dst="10.0.0.2", options=[IPOption_RR(routers=["1.2.3.4"]), IPOption_NOP()]) / udp
    show("IPv4, record route", "SHA256", record, protect(IP(raw(record)), "SHA256", 3))
    stamp = IP(src="10.0.0.1", dst="10.0.0.2", options=[IPOption_Timestamp(flg=0, timestamp=7), IPOption_Router_Alert()]) / udp
    show("IPv4, time stamp and router alert", "SHA1", stamp, protect(IP(raw(stamp)), "SHA1", 4))
    route = IP(src="10.0.0.1", dst="10.0.0.2", options=[IPOption_LSRR(routers=["10.1.1.1", "10.2.2.2"]), IPOption_NOP()]) / udp
    show("IPv4, loose source route at its start", "SHA256", route, protect(IP(raw(route)), "SHA256", 5, scapy=False), seals="leaves")
    hops = IPv6(src="2001:db8::1", dst="2001:db8::2") / IPv6ExtHdrHopByHop(
        options=[RouterAlert(value=9), HBHOptUnknown(otype=0x3e, optdata=b"\1\2\3"), PadN(optdata=bytes(3))]) / udp
    show("IPv6, hop-by-hop with an option that may change", "SHA384", hops, protect(IPv6(raw(hops)), "SHA384", 6))
    chain = IPv6(src="2001:db8::1", dst="2001:db8::2") / IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(4))]) / IPv6ExtHdrRouting(
        addresses=[], segleft=0, reserved=0) / IPv6ExtHdrDestOpt(options=[HBHOptUnknown(otype=0x3e, optdata=b"\1\2\3\4")]) / udp
    show("IPv6, options for the last host behind AH", "SHA512", chain, protect(IPv6(raw(chain)), "SHA512", 7))
    route6 = IPv6(src="2001:db8::1", dst="2001:db8::a") / IPv6ExtHdrRouting(addresses=["2001:db8::b", "2001:db8::2"], segleft=2) / udp
    show("IPv6, routing header at its start", "SHA256", route6, protect(IPv6(raw(route6)), "SHA256", 16), seals="leaves")
    home = IPv6(src="2001:db8::1", dst="2001:db8:1::c0a") / IPv6ExtHdrRouting(type=2, addresses=["2001:db8::2"], segleft=1) / udp
    show("IPv6, home address of a mobile host", "SHA256", home, protect(IPv6(raw(home)), "SHA256", 17), seals="leaves")
    outer6 = IPv6(src="2001:db8::1", dst="2001:db8::2", hlim=61)
    outer4 = IP(src="192.0.2.1", dst="192.0.2.2", ttl=61, id=99)
    show("IPv4 in IPv6, ESN", "SHA256", v4, protect(IP(raw(v4)), "SHA256", 8, 3, outer6), 3, "yes", "tunnel", 6)
    show("IPv6 in IPv6", "SHA512", v6, protect(IPv6(raw(v6)), "SHA512", 9, None, outer6), None, "yes", "tunnel", 6)
    show("IPv6 in IPv4", "SHA384", v6, protect(IPv6(raw(v6)), "SHA384", 10, None, outer4), None, "no", "tunnel", 4)
    show("IPv4 in IPv4, ESN", "SHA1", v4, protect(IP(raw(v4)), "SHA1", 11, 9, outer4), 9, "no", "tunnel", 4)
    show("AES-CBC within, IPv4", "SHA256", v4, surround(IP(raw(v4)), "AES_CBC", key(16, 7), "SHA256", "SHA256", 12), None, "no",
         esp="AES128-CBC + SHA256-128")
    show("AES-GCM within, IPv6", "SHA1", v6, surround(IPv6(raw(v6)), "AES_GCM", key(20, 7), None, "SHA1", 13), esp="AES128-GCM16")
    show("AES-GCM within, IPv4 in IPv6, ESN", "SHA512", v4, surround(IP(raw(v4)), "AES_GCM", key(20, 7), None, "SHA512", 14, 5, outer6),
         5, "yes", "tunnel", 6, "AES128-GCM16")
    show("NULL within, IPv6 in IPv4", "SHA384", v6, surround(IPv6(raw(v6)), "NULL", None, "SHA1", "SHA384", 15, None, outer4), None, "no",
         "tunnel", 4, "NULL + SHA1-96")


main()
