#!/usr/bin/env python3
"""An independent judge on the wire: scapy plays the peer of one virtual board.

It sits at the other end of the board's UDP wire (Ethernet frames in datagrams on loopback), answers ARP and neighbour
solicitations, sends echo requests that scapy sealed, opens what the board answers, and compares. Then it damages one
packet and expects silence. So each run proves: a packet of scapy's is opened by the board, and one of the board's by scapy.

Prints one JSON line per check ({"check": ..., "ok": true|false, ...}) and exits 1 when one failed, 2 on wrong options.
"""
import argparse
import json
import logging
import os
import socket
import sys
import time

logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.config import conf  # noqa: E402
conf.ipv6_enabled = True
from scapy.layers.inet import ICMP, IP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr, IPv6, in6_getnsma, in6_getnsmac)
from scapy.layers.ipsec import ESP, SecurityAssociation  # noqa: E402
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.utils6 import inet_ntop, inet_pton  # noqa: E402

OUR_MAC = "02:00:00:00:00:5c"


class Wire:
    """Ethernet over UDP on loopback, with our side of address resolution."""

    def __init__(self, port, board_port, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.board = ("127.0.0.1", board_port)
        self.address = address
        self.board_mac = None

    def send(self, frame):
        self.socket.sendto(bytes(frame), self.board)

    def receive(self, seconds):
        """The next frame that is not address resolution, or None when the time is over."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                frame = Ether(self.socket.recv(65535))
            except TimeoutError:
                return None
            if not self._resolution(frame):
                return frame
        return None

    def _resolution(self, frame):
        if ARP in frame:
            arp = frame[ARP]
            if arp.op == 2 and arp.pdst == self.address:
                self.board_mac = arp.hwsrc
            if arp.op == 1 and arp.pdst == self.address:
                self.send(Ether(src=OUR_MAC, dst=arp.hwsrc) / ARP(
                    op=2, hwsrc=OUR_MAC, psrc=self.address, hwdst=arp.hwsrc, pdst=arp.psrc))
            return True
        if ICMPv6ND_NS in frame and frame[ICMPv6ND_NS].tgt == self.address:
            self.send(Ether(src=OUR_MAC, dst=frame.src) / IPv6(src=self.address, dst=frame[IPv6].src, hlim=255)
                      / ICMPv6ND_NA(tgt=self.address, R=0, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=OUR_MAC))
            return True
        if ICMPv6ND_NA in frame:
            self.board_mac = frame.src
            return True
        return frame.type == 0x86DD and frame[IPv6].nh in (0, 58) and not ESP in frame and \
            not ICMPv6EchoReply in frame and not ICMPv6EchoRequest in frame

    def resolve(self, target, seconds=10.0):
        end = time.monotonic() + seconds
        while self.board_mac is None and time.monotonic() < end:
            if ":" in target:
                group = in6_getnsma(inet_pton(socket.AF_INET6, target))
                self.send(Ether(src=OUR_MAC, dst=in6_getnsmac(group))
                          / IPv6(src=self.address, dst=inet_ntop(socket.AF_INET6, group), hlim=255)
                          / ICMPv6ND_NS(tgt=target) / ICMPv6NDOptSrcLLAddr(lladdr=OUR_MAC))
            else:
                self.send(Ether(src=OUR_MAC, dst="ff:ff:ff:ff:ff:ff")
                          / ARP(op=1, hwsrc=OUR_MAC, psrc=self.address, pdst=target))
            self.receive(0.3)
        return self.board_mac is not None


class Judge:
    def __init__(self, options):
        self.options = options
        self.six = ":" in options.board
        self.wire = Wire(options.port, options.board_port, options.local)
        header = IPv6 if self.six else IP
        tunnel = options.mode == "tunnel"
        # scapy seals towards the board with the board's inbound SPI and keys, and opens with the outbound ones
        self.sealer = self._association(options.spi_in, options.cipher_key_in, options.auth_key_in,
                                        header(src=options.local, dst=options.board) if tunnel else None)
        self.opener = self._association(options.spi_out, options.cipher_key_out, options.auth_key_out,
                                        header(src=options.board, dst=options.local) if tunnel else None)
        self.failed = False

    def _association(self, spi, cipher_key, auth_key, tunnel):
        return SecurityAssociation(ESP, spi=int(spi, 16), crypt_algo=self.options.cipher,
                                   crypt_key=bytes.fromhex(cipher_key) or None, auth_algo=self.options.auth,
                                   auth_key=bytes.fromhex(auth_key), tunnel_header=tunnel)

    def report(self, check, ok, **facts):
        self.failed |= not ok
        print(json.dumps({"check": check, "ok": ok, **facts}), flush=True)

    def echo(self, sequence, payload):
        if self.six:
            return IPv6(src=self.options.local, dst=self.options.board) / ICMPv6EchoRequest(
                id=0x5CA9, seq=sequence, data=payload)
        return IP(src=self.options.local, dst=self.options.board) / ICMP(id=0x5CA9, seq=sequence) / payload

    def sealed(self, sequence, payload):
        packet = self.sealer.encrypt(type(self.echo(0, b""))(bytes(self.echo(sequence, payload))))
        return Ether(src=OUR_MAC, dst=self.wire.board_mac) / packet

    def opened(self, frame):
        """(sequence, payload) of the echo reply in a frame of the board's; raises when the ICV or the form is wrong."""
        packet = (IPv6 if self.six else IP)(bytes(frame.payload))
        if ESP not in packet:
            raise ValueError("clear packet on the wire: " + packet.summary())
        inner = self.opener.decrypt(packet)
        if self.six:
            reply = inner[ICMPv6EchoReply]
            return reply.seq, bytes(reply.data)
        if inner[ICMP].type != 0:
            raise ValueError("not an echo reply: " + inner.summary())
        return inner[ICMP].seq, bytes(inner[ICMP].payload)

    def exchange(self, sequence, size):
        payload = os.urandom(size)
        self.wire.send(self.sealed(sequence, payload))
        frame = self.wire.receive(3.0)
        if frame is None:
            return self.report("echo", False, size=size, error="no answer")
        try:
            got = self.opened(frame)
        except Exception as error:  # scapy raises several kinds; each means that it could not open our packet
            return self.report("echo", False, size=size, error=f"{type(error).__name__}: {error}")
        self.report("echo", got == (sequence, payload), size=size, wire=len(frame))

    def silence(self, check, frame):
        self.wire.send(frame)
        answer = self.wire.receive(0.7)
        self.report(check, answer is None, **({} if answer is None else {"answer": answer.summary()}))

    def run(self):
        if not self.wire.resolve(self.options.board):
            self.report("resolve", False, error="the board does not answer address resolution")
            return 1
        for sequence, size in enumerate(self.options.sizes, 1):
            self.exchange(sequence, size)
        damaged = bytearray(bytes(self.sealed(90, b"damaged" * 9)))
        damaged[-1] ^= 1
        self.silence("damaged ICV gets no answer", Ether(bytes(damaged)))
        clear = Ether(src=OUR_MAC, dst=self.wire.board_mac) / self.echo(91, b"in clear")
        self.silence("clear text gets no answer", clear)
        self.exchange(92, 64)  # the board goes on
        return 1 if self.failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--port", type=int, required=True, help="our UDP port, the board's PEERPORT")
    add("--board-port", type=int, required=True)
    add("--local", required=True, help="the address we play")
    add("--board", required=True, help="the board's address of the same family")
    add("--mode", choices=["transport", "tunnel"], required=True)
    add("--cipher", required=True, help="scapy's name, e.g. AES-CBC, 3DES, NULL")
    add("--auth", required=True, help="scapy's name, e.g. SHA2-256-128")
    for way in ("in", "out"):
        add(f"--spi-{way}", required=True, help=f"hex, as the board sees it ({way}bound)")
        add(f"--cipher-key-{way}", default="", help="hex")
        add(f"--auth-key-{way}", required=True, help="hex")
    add("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[0, 1, 56, 575, 1000, 1300])
    return Judge(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
