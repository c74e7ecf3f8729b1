"""Packets to protect, valid to the last checksum, and what routers may do to a protected one on its way."""
import ipaddress

from corrected_scapy import dissect, raw
from scapy.layers.inet import IP, UDP, IPOption
from scapy.layers.inet6 import HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN, RouterAlert

ENDS = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}             # of the tunnel, or of the packets
INNER = {4: ("10.1.0.1", "10.2.0.2"), 6: ("2001:db8:a::1", "2001:db8:b::2")}          # behind a tunnel

# RFC 4302 appendix A1: security and router alert are covered as they are, record route and time stamp as zeros.
OPTIONS = {
    "router alert": bytes((0x94, 4, 0, 0)),
    "security, no operation": bytes((0x82, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1)),
    "record route": bytes((0x07, 11, 8, 192, 0, 2, 9, 0, 0, 0, 0, 0)),
    "time stamp, router alert": bytes((0x44, 12, 9, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0x94, 4, 0, 0)),
}


def _extensions(name):
    """RFC 4302 appendix A2: an option whose type has the bit 0x20 is covered as zeros, the others as they are. Destination options may
    stand ahead of AH or behind it; there everything is taken for immutable (3.3.3), so routed() leaves them alone."""
    changing, fixed = HBHOptUnknown(otype=0x3e, optdata=b"\1\2\3\4"), HBHOptUnknown(otype=0x1e, optdata=b"\5\6\7\10")
    other = HBHOptUnknown(otype=0x3e, optdata=b"\11\12\13\14")
    return {
        "hop-by-hop": lambda: IPv6ExtHdrHopByHop(options=[RouterAlert(), PadN(optdata=b"")]),
        "hop-by-hop, an option that changes": lambda: IPv6ExtHdrHopByHop(options=[changing, fixed]),
        "destination options": lambda: IPv6ExtHdrDestOpt(options=[fixed, other]),
        "hop-by-hop, destination, routing, destination": lambda: IPv6ExtHdrHopByHop(options=[changing]) / IPv6ExtHdrDestOpt(
            options=[fixed]) / IPv6ExtHdrRouting(type=0, segleft=0, addresses=["2001:db8::77"]) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0\0")]),
    }[name]()


EXTENSIONS = ("hop-by-hop", "hop-by-hop, an option that changes", "destination options", "hop-by-hop, destination, routing, destination")


def plain(version, source, destination, data, middle=None):
    """A UDP datagram; `middle` stands between its header and IP's, or is IPv4 options."""
    udp = UDP(sport=1111, dport=2222) / data
    if version == 4:
        options = [IPOption(bytes(middle))] if middle else []
        return raw(IP(src=source, dst=destination, id=4711, tos=0xb8, ttl=63, options=options) / udp)
    header = IPv6(src=source, dst=destination, tc=0xb8, fl=0x12345, hlim=63)
    return raw(header / middle / udp if middle else header / udp)


def datagram(packet):
    """The UDP datagram in a packet, as long as it says itself."""
    udp = dissect(packet)[UDP]
    return raw(udp)[:udp.len]


def with_headers(version, source, destination, data):
    """(name, packet) for every set of options or extension headers."""
    if version == 4:
        return [(name, plain(4, source, destination, data, options)) for name, options in OPTIONS.items()]
    return [(name, plain(6, source, destination, data, _extensions(name))) for name in EXTENSIONS]


def routed(packet):
    """The packet after routers changed what they may: TTL, DSCP and ECN, DF, flow label, the option that says so (RFC 4302 3.3.3.1)."""
    way = dissect(packet)
    if way.version == 4:
        way.ttl, way.tos, way.flags = way.ttl - 7, 0x20, "DF"
        del way.chksum
        return raw(way)
    way.hlim, way.tc, way.fl = way.hlim - 7, 0x20, 0x54321
    changed = bytearray(raw(way))
    at = bytes(changed).find(bytes((0x3e, 4, 1, 2, 3, 4)), 40, 100)
    if at > 0:
        changed[at + 2] ^= 0xff
    return bytes(changed)


def rerouted(packet):
    """The same with a source address that nobody vouched for."""
    changed = bytearray(packet)
    changed[15 if packet[0] >> 4 == 4 else 23] ^= 0x40
    return bytes(changed)


def address(text):
    return ipaddress.ip_address(text)
