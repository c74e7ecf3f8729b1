#!/usr/bin/env python3
"""The peer's end of a TCP transfer: `tcp_peer.py send ADDRESS PORT BYTES [SECONDS]`, spread over that time, `tcp_peer.py
listen PORT BYTES`, or `tcp_peer.py wait PORT` until somebody listens there.

Prints one line with the bytes and their SHA-256; exits 1 when the transfer did not come to its end."""
import hashlib
import os
import re
import socket
import sys
import time


def send(address, port, count, seconds):
    content = os.urandom(count)
    with socket.create_connection((address, port), timeout=20) as connection:
        pieces = max(1, 10 * seconds)
        for piece in range(pieces):
            connection.sendall(content[count * piece // pieces:count * (piece + 1) // pieces])
            time.sleep(seconds / pieces)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(30)
        while connection.recv(4096):
            pass
    return content


def listen(port, count):
    content = b""
    with socket.create_server(("", port)) as server:
        server.settimeout(30)
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            while chunk := connection.recv(65536):
                content += chunk
    if len(content) != count:
        sys.exit(f"received {len(content)} of {count} bytes")
    return content


def wait(port):
    listening = re.compile(rf"^ *\d+: [0-9A-F]+:{port:04X} \S+ 0A ", re.MULTILINE)
    for _ in range(200):
        if any(listening.search(open(table).read()) for table in ("/proc/net/tcp", "/proc/net/tcp6")):
            return
        time.sleep(0.05)
    sys.exit(f"nobody listens on port {port}")


def main():
    try:
        if sys.argv[1:2] == ["send"] and len(sys.argv) in (5, 6):
            content = send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) == 6 else 0)
        elif sys.argv[1:2] == ["listen"] and len(sys.argv) == 4:
            content = listen(int(sys.argv[2]), int(sys.argv[3]))
        elif sys.argv[1:2] == ["wait"] and len(sys.argv) == 3:
            return wait(int(sys.argv[2]))
        else:
            print(__doc__, file=sys.stderr)
            sys.exit(2)
    except OSError as error:
        sys.exit(f"tcp: {error}")
    print(f"{len(content)} bytes sha256 {hashlib.sha256(content).hexdigest()}")


main()
