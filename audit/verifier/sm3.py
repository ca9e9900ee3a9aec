"""SM3 (GB/T 32905-2016), for machines whose OpenSSL does not have it, and the choice of a hash by its name."""

import hashlib
import struct

_MASK = 0xFFFFFFFF
_START = "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"


def _turn(x, n):
    return ((x << n) | (x >> (32 - n))) & _MASK


_ROUND = [_turn(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32) for j in range(64)]


class SM3:
    """As hashlib's objects: update(), hexdigest()."""

    def __init__(self, data=b""):
        self._state = struct.unpack(">8I", bytes.fromhex(_START))
        self._rest, self._length = b"", 0
        self.update(data)

    def update(self, data):
        self._length += len(data)
        data = self._rest + data
        end = len(data) - len(data) % 64
        for place in range(0, end, 64):
            self._state = _pressed(self._state, data[place : place + 64])
        self._rest = data[end:]

    def hexdigest(self):
        last = self._rest + b"\x80" + b"\0" * (-(self._length + 9) % 64) + struct.pack(">Q", self._length * 8)
        state = self._state
        for place in range(0, len(last), 64):
            state = _pressed(state, last[place : place + 64])
        return struct.pack(">8I", *state).hex()


def _pressed(state, block):
    """The state after one block of 64 bytes."""
    w = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
        w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        turned = _turn(a, 12)
        ss1 = _turn((turned + e + _ROUND[j]) & _MASK, 7)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        one = (ff + d + (ss1 ^ turned) + (w[j] ^ w[j + 4])) & _MASK
        two = (gg + h + ss1 + w[j]) & _MASK
        a, b, c, d = one, a, _turn(b, 9), c
        e, f, g, h = two ^ _turn(two, 9) ^ _turn(two, 17), e, _turn(f, 19), g
    return tuple(state[n] ^ x for n, x in enumerate((a, b, c, d, e, f, g, h)))


def hasher(algorithm):
    """A fresh hash object of that name; our own SM3 where the machine has none."""
    if algorithm == "sha256":
        return hashlib.sha256()
    try:
        return hashlib.new("sm3")
    except ValueError:
        return SM3()
