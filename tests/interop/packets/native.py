"""Our packet face (crypto-native/include) for a Python judge: the library that C# calls, its constants read from the C headers."""
import ctypes
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "out/native/libnfipsec.so"
HEADERS = ("nfi_status.h", "nfi_crypto.h", "nfi_packet.h")


def constants():
    """Every enumerator of the headers by name."""
    values = {}
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", (ROOT / "crypto-native/include" / header).read_text(), flags=re.S)
        for body in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", text, flags=re.S):
            following = 0
            for name, text_value in re.findall(r"(\w+)\s*(?:=\s*([^,]+))?", body):
                values[name] = following = eval(text_value, {}, values) if text_value else following
                following += 1
        for name, value in re.findall(r"#define\s+(NFI_\w+)\s+(\d+)", text):
            values[name] = int(value)
    return values


class Refused(Exception):
    """A native call answered with an error; `code` is its name."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def words(address):
    """An address (ipaddress) as the face has it: four words, IPv4 mapped."""
    packed = address.packed if address.version == 6 else b"\0" * 10 + b"\xff\xff" + address.packed
    return [int.from_bytes(packed[i:i + 4], "big", signed=True) for i in range(0, 16, 4)]


class Library:
    """The started library."""

    def __init__(self):
        self.value = constants()
        self.names = {self.value[name]: name for name in self.value if name.startswith("XE_")}
        self.names.update({self.value[name]: name for name in ("NFI_BAD_HANDLE", "NFI_NO_RANDOM", "NFI_CRYPTO_FAULT", "NFI_NOT_STARTED",
                                                               "NFI_SELF_TEST")})
        self.face = ctypes.CDLL(str(LIBRARY))
        self.call("crypto_start")
        self.call("packet_start")

    def call(self, name, *arguments):
        """nfi_NAME with integers (32 bits, wrapped), bytes and arrays as they are; raises Refused for a negative result."""
        wrapped = [ctypes.c_int32(one & 0xffffffff) if isinstance(one, int) else one for one in arguments]
        result = getattr(self.face, "nfi_" + name)(*wrapped)
        if result < 0:
            raise Refused(self.names.get(-result, str(result)))
        return result

    def secret(self, key):
        return self.call("crypto_secret_import", key, len(key), 0, len(key)) if key else 0


class Transform:
    """One keyed direction of a session."""

    def __init__(self, library, flags, config, cipher_key=b"", esp_key=b"", ah_key=b""):
        """flags: names without NFI_TF_; config: names without NFI_T_, to a number or an address."""
        self.library = library
        value = library.value
        table = (ctypes.c_int32 * value["NFI_T_WORDS"])()
        table[value["NFI_T_FLAGS"]] = sum(value["NFI_TF_" + flag] for flag in flags)
        for name, setting in config.items():
            for i, word in enumerate([setting] if isinstance(setting, int) else words(setting)):
                table[value["NFI_T_" + name] + i] = ctypes.c_int32(word).value
        secrets = [library.secret(key) for key in (cipher_key, esp_key, ah_key)]
        try:
            self.handle = library.call("packet_transform_create", table, len(table), *secrets)
        finally:
            for secret in filter(None, secrets):
                library.call("crypto_handle_free", secret)

    def close(self):
        self.library.call("packet_transform_free", self.handle)

    def seal(self, packet, sequence, tfc=0):
        return self._through(packet, lambda slot: self.library.call("packet_seal", self.handle, slot, sequence >> 32, sequence, tfc))

    def open(self, packet, sequence):
        info = (ctypes.c_int32 * self.library.value["NFI_INFO_WORDS"])()
        return self._through(packet, lambda slot: self.library.call("packet_open", self.handle, slot, sequence >> 32, info, len(info)))

    def _through(self, packet, work):
        """The packet in a slot of the pool, worked on, read back."""
        slot = self.library.call("packet_buffer_alloc", len(packet))
        try:
            self.library.call("packet_buffer_write", slot, 0, packet, len(packet), 0, len(packet))
            length = work(slot)
            result = ctypes.create_string_buffer(length)
            self.library.call("packet_buffer_read", slot, 0, result, length, 0, length)
            return result.raw
        finally:
            self.library.call("packet_put", slot, self.library.value["NFI_RELEASE"])
