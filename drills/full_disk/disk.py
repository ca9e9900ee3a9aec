"""A small disk of memory in place of the data folder, and something to fill it with. Needs the right to mount."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SIZE = "40m"
PIECE = 64 * 1024


def may_mount() -> bool:
    return os.getuid() == 0 and bool(shutil.which("mount"))


@contextlib.contextmanager
def small(folder: Path) -> Iterator[bool]:
    """The folder with all that it holds lies on a disk of its own while this is open; False where it cannot."""
    if not may_mount():
        yield False
        return
    kept = folder.parent / f"{folder.name}-kept"
    shutil.copytree(folder, kept)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=False)
    try:
        if done.returncode:
            yield False
            return
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        try:
            yield True
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        shutil.rmtree(kept, ignore_errors=True)


class Ballast:
    """A file that takes all the room that is left."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ballast"

    def fill(self) -> None:
        with self.file.open("ab", buffering=0) as file:
            for piece in (PIECE, 4096, 512, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * piece) == piece:
                        pass

    def drop(self) -> None:
        self.file.unlink(missing_ok=True)
