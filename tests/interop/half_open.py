#!/usr/bin/env python3
"""Half-open IKE SAs at a responder: `half_open.py ADDRESS COUNT` sends it that many IKE_SA_INIT requests that nobody goes on with.

They offer AES-GCM-16 with 256 bits, HMAC-SHA2-256 as the PRF and Curve25519. Prints how many were answered, and with what first."""
import os
import socket
import struct
import sys

SA, KE, NONCE, NOTIFY, COOKIE = 33, 34, 40, 41, 16390


def payload(following, body):
    return struct.pack(">BBH", following, 0, 4 + len(body)) + body


def transform(more, kind, number, attribute=b""):
    return struct.pack(">BBHBBH", 3 if more else 0, 0, 8 + len(attribute), kind, 0, number) + attribute


def request():
    transforms = transform(True, 1, 20, struct.pack(">HH", 0x800e, 256)) + transform(True, 2, 5) + transform(False, 4, 31)
    proposal = struct.pack(">BBHBBBB", 0, 0, 8 + len(transforms), 1, 1, 0, 3) + transforms
    chain = payload(KE, proposal) + payload(NONCE, struct.pack(">HH", 31, 0) + os.urandom(32)) + payload(0, os.urandom(32))
    return os.urandom(8) + bytes(8) + struct.pack(">BBBBLL", SA, 0x20, 34, 0x08, 0, 28 + len(chain)) + chain


def main(address, count):
    opened = refused = 0
    for _ in range(count):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.settimeout(5)
            wire.sendto(request(), (address, 500))
            answer = wire.recv(4096)
        cookie = answer[16] == NOTIFY and struct.unpack(">H", answer[34:36])[0] == COOKIE
        opened += answer[16] == SA
        refused += cookie
    print(f"{opened} half-open, {refused} answered with a cookie")
    return 0 if opened + refused == count else 1


sys.exit(main(sys.argv[1], int(sys.argv[2])))
