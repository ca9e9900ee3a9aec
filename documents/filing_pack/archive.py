"""An archive whose bytes depend on its content only, with the digest of each file."""

import hashlib
import re
import zipfile
from typing import BinaryIO

_DATE = (1980, 1, 1, 0, 0, 0)  # the same data give the same bytes: no moment of writing
_BAD = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST = 80
PACKED = (".pdf", ".xlsx")  # packed already


def safe(name: str) -> str:
    """A file name that every system can hold."""
    return _BAD.sub(" ", name).strip(" .")[:_LONGEST].strip(" .") or "未命名"


class Archive:
    """A zip with one folder in it."""

    def __init__(self, stream: BinaryIO, folder: str) -> None:
        self._zip = zipfile.ZipFile(stream, "w", allowZip64=True)
        self._folder = safe(folder)
        self.digests: dict[str, str] = {}  # by path inside the folder, in the order of writing

    def add(self, path: str, data: bytes) -> None:
        """Write a file. Raises ValueError for a path that is there already."""
        if path in self.digests:
            raise ValueError(f"twice in the archive: {path}")
        info = zipfile.ZipInfo(f"{self._folder}/{path}", _DATE)
        info.compress_type = zipfile.ZIP_STORED if path.endswith(PACKED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.create_system = 3
        self._zip.writestr(info, data)
        self.digests[path] = hashlib.sha256(data).hexdigest()

    def checksums(self) -> str:
        """The digests as `sha256sum -c` reads them."""
        return "".join(f"{digest}  {path}\n" for path, digest in sorted(self.digests.items()))

    def close(self) -> None:
        self._zip.close()
