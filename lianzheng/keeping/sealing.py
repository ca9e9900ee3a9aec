"""A backup's envelope: a stream in pieces, each encrypted and authenticated, none of them movable, the last one marked.

AES-256-GCM over pieces of 1 MiB; the nonce is a random prefix, the number of the piece, and whether it is the last
(the STREAM construction). The key comes from the text of the key file, or from a passphrase, by scrypt.
"""

import hashlib
import json
import os
import secrets
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lianzheng.keeping.faults import KeepingError

MAGIC = b"LIANZHENG-BACKUP-1\n"
PIECE, TAG = 1 << 20, 16
COST, BLOCK, LANES = 1 << 15, 8, 1
HEADER_LIMIT = 4096
SHORTEST = 16  # characters of a passphrase
DAMAGED = "备份文件已损坏，不能使用。请换一份备份。"
WRONG_KEY = "密钥不对（或者备份文件的开头已损坏）。请用做这份备份时的密钥文件或口令。"
NO_BACKUP = "这不是本系统的备份文件（或者文件的开头已损坏）。"


def new_secret() -> str:
    """The text of a new key file: 256 random bits."""
    return secrets.token_urlsafe(32)


def _keys(secret: str, salt: bytes) -> tuple[bytes, str]:
    """The key, and a word by which a wrong one is told from damage."""
    made = hashlib.scrypt(secret.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, dklen=48, maxmem=256 * BLOCK * COST)
    return made[:32], made[32:].hex()


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class SealedWriter:
    """A file to write into; what reaches ``stream`` is encrypted. `close` writes the last piece."""

    def __init__(self, stream: IO[bytes], secret: str):
        salt, self._prefix = os.urandom(16), os.urandom(7)
        key, check = _keys(secret, salt)
        header = {"cipher": "AES-256-GCM", "kdf": "scrypt", "salt": salt.hex(), "prefix": self._prefix.hex()}
        line = json.dumps(header | {"check": check}).encode() + b"\n"
        self._stream, self._cipher, self._head = stream, AESGCM(key), MAGIC + line
        self._held, self._number = bytearray(), 0
        stream.write(self._head)

    def write(self, data: bytes) -> int:
        """Take some; a piece goes out when there is more than one."""
        self._held += data
        while len(self._held) > PIECE:
            self._send(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces have their size."""

    def close(self) -> None:
        """The last piece."""
        self._send(bytes(self._held), last=True)
        self._held.clear()

    def _send(self, piece: bytes, last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last), piece, self._head))
        self._number += 1


class SealedReader:
    """The other way. Gives out only what was authenticated; raises KeepingError for a wrong key and for damage."""

    def __init__(self, stream: IO[bytes], secret: str):
        if stream.read(len(MAGIC)) != MAGIC:
            raise KeepingError(NO_BACKUP)
        line = stream.readline(HEADER_LIMIT)
        try:
            header = json.loads(line)
            salt, self._prefix = bytes.fromhex(header["salt"]), bytes.fromhex(header["prefix"])
            known = header["cipher"] == "AES-256-GCM" and header["kdf"] == "scrypt" and len(self._prefix) == 7
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            raise KeepingError(NO_BACKUP)
        key, check = _keys(secret, salt)
        if not secrets.compare_digest(check, str(header.get("check", ""))):
            raise KeepingError(WRONG_KEY)
        self._stream, self._cipher, self._head = stream, AESGCM(key), MAGIC + line
        self._number, self._left = 0, b""
        self._next = stream.read(PIECE + TAG)
        self._over = False

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; all that is left for -1."""
        parts, got = [], 0
        while size < 0 or got < size:
            if not self._left and not self._open():
                break
            take = self._left if size < 0 else self._left[: size - got]
            self._left = self._left[len(take) :]
            parts.append(take)
            got += len(take)
        return b"".join(parts)

    def _open(self) -> bool:
        """The next piece; False at the end."""
        if self._over:
            return False
        piece, self._next = self._next, self._stream.read(PIECE + TAG)
        last = not self._next
        try:
            self._left = self._cipher.decrypt(_nonce(self._prefix, self._number, last), piece, self._head)
        except (InvalidTag, ValueError):
            raise KeepingError(DAMAGED) from None
        self._number += 1
        self._over = last
        return bool(self._left) or not last
