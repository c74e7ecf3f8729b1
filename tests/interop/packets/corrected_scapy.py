"""scapy 2.5's ESP and AH, with what it lacks added and what it does wrong corrected. Each correction names its RFC; published
vectors of the same algorithms are in tests/vectors, so that a mistake here cannot vouch for the same mistake there.

  AES-GCM         a short ICV is cut and checked (RFC 4106 6); scapy's own takes 16 bytes whatever it is told
  AES-GMAC        added: the cipher of ESP, and the integrity algorithm of AH (RFC 4543)
  AES-XCBC-96     added (RFC 3566)
  HMAC-SHA2, 96   added: the HMAC cut to 96 bits, as older peers do it
  ESN             the high half is part of the ICV of a separate integrity algorithm in ESP too (RFC 4303 2.2.1)
  AH over ESP     the ICV is the AH's; scapy signs the ESP it finds inside
  AH, routing     a header with no segments left stands as the receiver will see it (RFC 4302 A2); scapy turns it once more
  UDP             the length is that of the datagram (RFC 3948 2.1), and IPv6 has a checksum; scapy writes 8 and 0, lets
                  IPv6 extension headers ahead of it announce ESP, and over IPv6 leaves it in place when it opens the packet
"""
import copy
import logging
import os
import struct
import warnings

logging.getLogger("scapy").setLevel(logging.ERROR)
warnings.filterwarnings("ignore")
from cryptography.exceptions import InvalidTag  # noqa: E402
from cryptography.hazmat.primitives.ciphers import Cipher, aead, algorithms, modes  # noqa: E402
from scapy.compat import raw  # noqa: E402
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting  # noqa: E402
from scapy.layers.ipsec import (  # noqa: E402
    AH, AUTH_ALGOS, CRYPT_ALGOS, ESP, AuthAlgo, CryptAlgo, IPSecIntegrityError, SecurityAssociation, _ESPPlain, zero_mutable_fields)
from scapy.packet import bind_layers  # noqa: E402

for header in (IPv6ExtHdrHopByHop, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting):
    for protocol, number in ((ESP, 50), (AH, 51)):
        bind_layers(header, protocol, nh=number)


class Gmac(CryptAlgo):
    """RFC 4543 3: nothing is encrypted; the AAD is SPI, sequence number and the whole payload field, its IV ahead (3.3)."""

    def __init__(self):
        super().__init__("AES-GMAC", cipher=aead.AESGCM, mode=None, key_size=(16, 24, 32), block_size=1, iv_size=8, salt_size=4, icv_size=16)

    @staticmethod
    def _head(esp, esn_en, esn):
        return struct.pack("!LLL", esp.spi, esn, esp.seq) if esn_en else struct.pack("!LL", esp.spi, esp.seq)

    def encrypt(self, sa, esp, key, icv_size=None, esn_en=False, esn=0):
        text = esp.data_for_encryption()
        tag = aead.AESGCM(key).encrypt(sa.crypt_salt + esp.iv, b"", self._head(esp, esn_en, esn) + esp.iv + text)
        return ESP(spi=esp.spi, seq=esp.seq, data=esp.iv + text + tag)

    def decrypt(self, sa, esp, key, icv_size=None, esn_en=False, esn=0):
        iv, text, tag = esp.data[:8], esp.data[8:-16], esp.data[-16:]
        try:
            aead.AESGCM(key).decrypt(sa.crypt_salt + iv, tag, self._head(esp, esn_en, esn) + iv + text)
        except InvalidTag as error:
            raise IPSecIntegrityError(error)
        end = len(text) - text[-2] - 2
        return _ESPPlain(spi=esp.spi, seq=esp.seq, iv=iv, data=text[:end], padding=text[end:-2], padlen=text[-2], nh=text[-1], icv=tag)


class Xcbc:
    """RFC 3566 4, as an object that scapy takes for a MAC."""

    def __init__(self, key):
        self.key, self.text = key, b""

    def update(self, text):
        self.text += text

    @staticmethod
    def _block(key, block):
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)

    def finalize(self):
        k1, k2, k3 = (self._block(self.key, bytes([i]) * 16) for i in (1, 2, 3))
        whole, last = self.text[:-16], self.text[-16:]
        if len(self.text) % 16 or not self.text:
            whole, last = self.text[:len(self.text) // 16 * 16], self.text[len(self.text) // 16 * 16:]
        mask = k2
        if len(last) < 16:
            last, mask = (last + b"\x80").ljust(16, b"\0"), k3
        state = bytes(16)
        for i in range(0, len(whole), 16):
            state = self._block(k1, bytes(a ^ b for a, b in zip(state, whole[i:i + 16])))
        return self._block(k1, bytes(a ^ b ^ c for a, b, c in zip(state, last, mask)))


class Integrity(AuthAlgo):
    """An integrity algorithm that knows which protocol it serves and, with ESN, the high half of the sequence number."""

    def __init__(self, plain, icv):
        super().__init__(plain.name, plain.mac, plain.digestmod, icv, plain.key_size)
        self.protocol, self.high = ESP, b""

    def new_mac(self, key):
        return Xcbc(key) if self.mac is Xcbc else super().new_mac(key)

    def _icv(self, key, text):
        mac = self.new_mac(key)
        mac.update(text + self.high)
        return mac.finalize()[:self.icv_size]

    def sign(self, pkt, key, esn_en=False, esn=0):
        if self.protocol is AH:
            pkt[AH].icv = self._icv(key, raw(zero_mutable_fields(pkt.copy(), sending=False)))
        else:
            pkt.data += self._icv(key, raw(pkt))
        return pkt

    def verify(self, pkt, key, esn_en=False, esn=0):
        if self.protocol is AH:
            header = pkt[AH]
            header.icv, header.padding = header.icv[:self.icv_size], header.icv[self.icv_size:]
            found, text = header.icv, raw(zero_mutable_fields(pkt.copy(), sending=False))
        else:
            found, text = pkt.data[-self.icv_size:], raw(pkt)[:-self.icv_size]
        if found != self._icv(key, text):
            raise IPSecIntegrityError("the ICV differs")


class AhGmac(Integrity):
    """RFC 4543 4: the ICV field is an IV of eight bytes and the tag; the AAD is what AH covers, the whole field as zeros."""

    def _tag(self, iv, key, pkt):
        covered = raw(zero_mutable_fields(pkt.copy(), sending=False)) + self.high
        return aead.AESGCM(key[:-4]).encrypt(key[-4:] + iv, b"", covered)

    def sign(self, pkt, key, esn_en=False, esn=0):
        iv = os.urandom(8)
        pkt[AH].icv = iv + self._tag(iv, key, pkt)
        return pkt

    def verify(self, pkt, key, esn_en=False, esn=0):
        header = pkt[AH]
        header.icv, header.padding = header.icv[:self.icv_size], header.icv[self.icv_size:]
        if header.icv[8:] != self._tag(header.icv[:8], key, pkt):
            raise IPSecIntegrityError("the ICV differs")


CRYPT_ALGOS["AES-GCM"] = CryptAlgo("AES-GCM", cipher=algorithms.AES, mode=modes.GCM, block_size=1, iv_size=8, salt_size=4, icv_size=16,
                                   format_mode_iv=lambda sa, iv, **_: sa.crypt_salt + iv)
# scapy's lets the library refuse a tag of fewer than 16 bytes
CRYPT_ALGOS["AES-GCM"].new_cipher = lambda key, iv, digest=None: Cipher(
    algorithms.AES(key), modes.GCM(iv, digest, 8) if digest else modes.GCM(iv))
CRYPT_ALGOS["AES-GMAC"] = Gmac()
AUTH_ALGOS["AES-GMAC"] = AuthAlgo("AES-GMAC", mac=AhGmac, digestmod=None, icv_size=24)
AUTH_ALGOS["AES-XCBC-96"] = AuthAlgo("AES-XCBC-96", mac=Xcbc, digestmod=None, icv_size=12, key_size=(16,))


class Association(SecurityAssociation):
    """One direction of one protocol. cipher and integrity are scapy's names; icv cuts either; high is None without ESN."""

    def __init__(self, protocol, spi, cipher=None, cipher_key=b"", integrity=None, integrity_key=b"", icv=0, tunnel=None, ports=None, high=None):
        super().__init__(protocol, spi, crypt_algo=cipher or "NULL", crypt_key=cipher_key or None,
                         crypt_icv_size=None if integrity else icv, auth_algo=integrity, auth_key=integrity_key or None,
                         tunnel_header=tunnel, nat_t_header=ports and UDP(sport=ports[0], dport=ports[1]),
                         esn_en=high is not None, esn=high or 0)
        if integrity:
            self.auth_algo = AhGmac(self.auth_algo, icv + 8) if self.auth_algo.mac is AhGmac else Integrity(self.auth_algo, icv)
            self.auth_algo.protocol = protocol
            self.auth_algo.high = b"" if high is None else struct.pack("!L", high)

    def pad_more(self, blocks):
        """Padding beyond what is needed (RFC 4303 2.4 allows up to 255 bytes)."""
        plain, self.crypt_algo = self.crypt_algo, copy.copy(self.crypt_algo)

        def pad(esp):
            plain.pad(esp)
            esp.padlen += blocks * max(plain.block_size, 4)
            esp.padding = bytes(range(1, esp.padlen + 1))
            return esp
        self.crypt_algo.pad = pad

    def seal(self, packet, sequence):
        sealed = self.encrypt(dissect(packet), seq_num=sequence & 0xffffffff)
        if self.nat_t_header:
            sealed[UDP].len = 8 + len(sealed[ESP])
            if sealed.version == 6:
                sealed[UDP].underlayer.nh = 17
                del sealed[UDP].chksum
        return raw(sealed)

    def open(self, packet):
        seen = dissect(packet)
        return raw(self.decrypt(self._without_udp(seen) if self.nat_t_header else seen))

    @staticmethod
    def _without_udp(packet):
        esp, front = packet[ESP], packet[UDP].underlayer
        front.remove_payload()
        if packet.version == 4:
            del packet.proto, packet.len, packet.chksum
        else:
            del front.nh, packet.plen
        return dissect(raw(packet / esp))


class Bundle:
    """AH over ESP: ESP first, AH over its packet (RFC 4301 4.3 calls it transport adjacency; in a tunnel the outer header is ESP's)."""

    def __init__(self, esp, ah):
        self.esp, self.ah = esp, ah

    def seal(self, packet, sequence):
        return self.ah.seal(self.esp.seal(packet, sequence), sequence)

    def open(self, packet):
        return self.esp.open(self.ah.open(packet))


def dissect(packet):
    return (IP if packet[0] >> 4 == 4 else IPv6)(packet)
