#!/usr/bin/python3
"""Computes tests/vectors/ikev2-handshake.txt: whole IKEv2 handshakes with a pre-shared key, octet for octet, from RFC 7296, RFC 5282
and RFC 4303's numbers, with hashlib, hmac and pyca/cryptography. It shares nothing with what it judges.

    apt-get install python3-cryptography; /usr/bin/python3 tests/vectors/ikev2_handshake.py > tests/vectors/ikev2-handshake.txt

What an implementation draws is derived here from labels: SPIs, nonces, private keys, IVs. What it is free to choose (order of
payloads and transforms, padding) is stated where it is written.
"""
import hashlib
import hmac
import socket
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

INITIATOR, RESPONDER = "10.0.0.77", "10.0.0.78"
PSK = b"a secret of at least sixteen bytes"
TCP = 6

# payload types (RFC 7296 3.2)
SA, KE, IDI, IDR, AUTH, NONCE, NOTIFY, TSI, TSR, SK = 33, 34, 35, 36, 39, 40, 41, 44, 45, 46
# notifies (RFC 7296 3.10.1)
INITIAL_CONTACT, NAT_SOURCE, NAT_DESTINATION, USE_TRANSPORT_MODE = 16384, 16388, 16389, 16391


def drawn(label, length):
    return hashlib.shake_128(label.encode()).digest(length)


class Suite:
    """name; IKE: cipher (id, key bits), integrity id or None, prf id, hash, group; child: cipher, integrity id or None, transport."""

    def __init__(self, name, cipher, integrity, prf, digest, group, child_cipher, child_integrity, transport):
        self.name, self.cipher, self.integrity, self.prf, self.digest, self.group = name, cipher, integrity, prf, digest, group
        self.child_cipher, self.child_integrity, self.transport = child_cipher, child_integrity, transport


CBC, GCM16 = 12, 20                       # ENCR_AES_CBC, AES-GCM with a 16 octet ICV
SHA256_128 = 12                           # AUTH_HMAC_SHA2_256_128: 32 octets of key, 16 of ICV
SUITES = [
    Suite("AES-CBC-128, HMAC-SHA2-256, Curve25519; ESP the same, transport", (CBC, 128), SHA256_128, 5, "sha256", 31, (CBC, 128), SHA256_128, True),
    Suite("AES-GCM-256, PRF HMAC-SHA2-384, ECP-384; ESP AES-GCM-256, tunnel", (GCM16, 256), None, 6, "sha384", 20, (GCM16, 256), None, False),
]


# ---- Diffie-Hellman ----

def key_pair(suite, side):
    if suite.group == 31:
        key = x25519.X25519PrivateKey.from_private_bytes(drawn(suite.name + " private " + side, 32))
        return key, key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    key = ec.derive_private_key(int.from_bytes(drawn(suite.name + " private " + side, 47), "big"), ec.SECP384R1())
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return key, point[1:]                 # RFC 5903: x | y


def shared(suite, mine, other):
    return mine.exchange(other.public_key()) if suite.group == 31 else mine.exchange(ec.ECDH(), other.public_key())


# ---- prf (RFC 7296 2.13) ----

def prf(suite, key, data):
    return hmac.new(key, data, suite.digest).digest()


def prf_plus(suite, key, seed, length):
    out = block = b""
    for i in range(1, 256):
        if len(out) >= length:
            break
        block = prf(suite, key, block + seed + bytes([i]))
        out += block
    return out[:length]


def cut(data, *lengths):
    for length in lengths:
        yield data[:length]
        data = data[length:]


def key_length(cipher):
    return cipher[1] // 8 + (4 if cipher[0] == GCM16 else 0)     # RFC 5282 7.1: key, then salt


# ---- messages ----

def chain(payloads):
    out = b""
    for i, (kind, body) in enumerate(payloads):
        following = payloads[i + 1][0] if i + 1 < len(payloads) else 0
        out += struct.pack(">BBH", following, 0, 4 + len(body)) + body
    return out


def header(spis, first, exchange, flags, number, length):
    return spis + struct.pack(">BBBBII", first, 0x20, exchange, flags, number, length)


def clear(spis, exchange, flags, number, payloads):
    body = chain(payloads)
    return header(spis, payloads[0][0], exchange, flags, number, 28 + len(body)) + body


def sealed(suite, spis, exchange, flags, number, payloads, key, mac_key, iv):
    """RFC 7296 3.14; the padding is zeros, as short as the block allows (RFC 7296 leaves both open); with GCM none."""
    text = chain(payloads)
    block, icv = (16, 16) if suite.cipher[0] == CBC else (1, 16)
    padding = -(len(text) + 1) % block
    text += bytes(padding) + bytes([padding])
    length = 28 + 4 + len(iv) + len(text) + icv
    head = header(spis, SK, exchange, flags, number, length) + struct.pack(">BBH", payloads[0][0], 0, length - 28)
    if suite.cipher[0] == CBC:
        encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        message = head + iv + encryptor.update(text) + encryptor.finalize()
        return message + hmac.new(mac_key, message, "sha256").digest()[:16]
    return head + iv + AESGCM(key[:-4]).encrypt(key[-4:] + iv, text, head)


def transforms(rows):
    out = b""
    for i, (kind, number, bits) in enumerate(rows):
        attributes = struct.pack(">HH", 0x8000 | 14, bits) if bits else b""
        out += struct.pack(">BBHBBH", 3 if i + 1 < len(rows) else 0, 0, 8 + len(attributes), kind, 0, number) + attributes
    return out


def proposal(protocol, spi, rows):
    """One proposal, number 1; transforms in the order of their types."""
    body = transforms(rows)
    return struct.pack(">BBHBBBB", 0, 0, 8 + len(spi) + len(body), 1, protocol, len(spi), len(rows)) + spi + body


def ike_proposal(suite):
    rows = [(1,) + suite.cipher]
    rows += [(3, suite.integrity, 0)] if suite.integrity else []
    return proposal(1, b"", rows + [(2, suite.prf, 0), (4, suite.group, 0)])


def child_proposal(suite, spi):
    rows = [(1,) + suite.child_cipher]
    rows += [(3, suite.child_integrity, 0)] if suite.child_integrity else []
    return proposal(3, spi, rows + [(5, 0, 0)])


def notify(kind, data=b""):
    return NOTIFY, struct.pack(">BBH", 0, 0, kind) + data


def nat(spis, address):
    return hashlib.sha1(spis + socket.inet_aton(address) + struct.pack(">H", 500)).digest()


def selector(address):
    return struct.pack(">BBHBBHHH", 1, 0, 0, 7, TCP, 16, 0, 65535) + 2 * socket.inet_aton(address)


def identity(address):
    return struct.pack(">BBH", 1, 0, 0) + socket.inet_aton(address)


def handshake(suite):
    def draw(what, length):
        return drawn(suite.name + " " + what, length)

    spi_i, spi_r, ni, nr = draw("SPIi", 8), draw("SPIr", 8), draw("Ni", 32), draw("Nr", 32)
    # The low 11 bits of an inbound ESP SPI are the slot of its session, here the first.
    esp_i, esp_r = (struct.pack(">I", struct.unpack(">I", draw("ESP " + side, 4))[0] & ~0x7ff | 0x10000) for side in "ir")
    (key_i, public_i), (key_r, public_r) = key_pair(suite, "i"), key_pair(suite, "r")
    gir = shared(suite, key_i, key_r)
    spis = spi_i + spi_r

    request = clear(spi_i + bytes(8), 34, 0x08, 0, [
        (SA, ike_proposal(suite)), (KE, struct.pack(">HH", suite.group, 0) + public_i), (NONCE, ni),
        notify(NAT_SOURCE, nat(spi_i + bytes(8), INITIATOR)), notify(NAT_DESTINATION, nat(spi_i + bytes(8), RESPONDER))])
    response = clear(spis, 34, 0x20, 0, [
        (SA, ike_proposal(suite)), (KE, struct.pack(">HH", suite.group, 0) + public_r), (NONCE, nr),
        notify(NAT_SOURCE, nat(spis, RESPONDER)), notify(NAT_DESTINATION, nat(spis, INITIATOR))])

    # RFC 7296 2.14
    skeyseed = prf(suite, ni + nr, gir)
    size, mac, cipher = hashlib.new(suite.digest).digest_size, 32 if suite.integrity else 0, key_length(suite.cipher)
    lengths = size, mac, mac, cipher, cipher, size, size
    sk_d, sk_ai, sk_ar, sk_ei, sk_er, sk_pi, sk_pr = cut(prf_plus(suite, skeyseed, ni + nr + spis, sum(lengths)), *lengths)

    # RFC 7296 2.15
    padded = prf(suite, PSK, b"Key Pad for IKEv2")
    auth_i = prf(suite, padded, request + nr + prf(suite, sk_pi, identity(INITIATOR)))
    auth_r = prf(suite, padded, response + ni + prf(suite, sk_pr, identity(RESPONDER)))

    mode = [notify(USE_TRANSPORT_MODE)] if suite.transport else []
    inside_i = [(IDI, identity(INITIATOR)), (AUTH, struct.pack(">BBH", 2, 0, 0) + auth_i), notify(INITIAL_CONTACT),
                (SA, child_proposal(suite, esp_i)), (TSI, selector(INITIATOR)), (TSR, selector(RESPONDER))] + mode
    inside_r = [(IDR, identity(RESPONDER)), (AUTH, struct.pack(">BBH", 2, 0, 0) + auth_r),
                (SA, child_proposal(suite, esp_r)), (TSI, selector(INITIATOR)), (TSR, selector(RESPONDER))] + mode
    iv = 16 if suite.cipher[0] == CBC else 8
    auth_request = sealed(suite, spis, 35, 0x08, 1, inside_i, sk_ei, sk_ai, draw("IVi", iv))
    auth_response = sealed(suite, spis, 35, 0x20, 1, inside_r, sk_er, sk_ar, draw("IVr", iv))

    # RFC 7296 2.17
    mac, cipher = 32 if suite.child_integrity else 0, key_length(suite.child_cipher)
    lengths = cipher, mac, cipher, mac
    esp_ei, esp_ai, esp_er, esp_ar = cut(prf_plus(suite, sk_d, ni + nr, sum(lengths)), *lengths)

    yield "name", suite.name
    for field, value in (
            ("spi_i", spi_i), ("spi_r", spi_r), ("ni", ni), ("nr", nr), ("esp_i", esp_i), ("esp_r", esp_r),
            ("public_i", public_i), ("public_r", public_r), ("gir", gir), ("skeyseed", skeyseed),
            ("sk_d", sk_d), ("sk_ai", sk_ai), ("sk_ar", sk_ar), ("sk_ei", sk_ei), ("sk_er", sk_er), ("sk_pi", sk_pi), ("sk_pr", sk_pr),
            ("init_request", request), ("init_response", response),
            ("auth_request_inside", chain(inside_i)), ("auth_request", auth_request),
            ("auth_response_inside", chain(inside_r)), ("auth_response", auth_response),
            ("esp_ei", esp_ei), ("esp_ai", esp_ai), ("esp_er", esp_er), ("esp_ar", esp_ar)):
        yield field, value.hex()


print("# Whole IKEv2 handshakes with a pre-shared key (RFC 7296 1.2, 2.14, 2.15, 2.17), computed by ikev2_handshake.py.")
print('# Format: "field = hex"; a blank line ends a case; "name" is words. i is the initiator, %s, r the responder, %s.' % (INITIATOR, RESPONDER))
for suite in SUITES:
    print()
    for field, value in handshake(suite):
        print(field, "=", value)
