"""The font files of this machine: what fontconfig lists, and the open fonts that bin/run laid beside the programs."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Families by preference, each with fonts for 宋 before fonts for 黑; the last ones only lend signs such as ☑.
CHINESE = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "FandolSong",
    "AR PL UMing CN",
    "WenQuanYi Zen Hei",
)
HEI = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Zen Hei")
KAI = ("LXGW WenKai", "AR PL UKai CN")
SIGNS = ("DejaVu Sans", "Noto Sans Symbols2")
# Where `need_fonts` of bin/lib.sh puts what it takes from Debian's texlive-lang-chinese (GPL with font exception).
PACKAGED = Path(sys.prefix, "share", "fonts", "lianzheng")
# Where Debian and Ubuntu put the package fonts-noto-cjk, for a machine without the fc-list command.
_KNOWN_FILES = (
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2, "Noto Serif CJK SC"),
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2, "Noto Sans CJK SC"),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0, "DejaVu Sans"),
)
_REGULAR = 80  # fontconfig's weight of a regular face


@dataclass(frozen=True, slots=True)
class Face:
    """One font file (and the face in it) under the family name that stylesheets use."""

    family: str
    path: str
    index: int = 0
    source: str = "system"  # own: listed by the deployer; packaged: laid beside the programs; both need an @font-face
    heavy: bool = False  # is bold as it is, and must not be made bolder

    @property
    def own(self) -> bool:
        return self.source == "own"

    @property
    def by_file(self) -> bool:
        return self.source != "system"


def packaged(name: str, *, heavy: bool = False) -> tuple[Face, ...]:
    """The packaged font of that file name, if it is there."""
    path = PACKAGED / f"{name}.otf"
    return (Face(f"Lianzheng {name}", str(path), source="packaged", heavy=heavy),) if path.is_file() else ()


@cache
def system_faces() -> dict[str, Face]:
    """The regular face of each known family that fontconfig finds, by family name."""
    wanted = {*CHINESE, *KAI, *SIGNS}
    faces: dict[str, tuple[int, Face]] = {}
    for path, index, families, weight in listed_faces():
        for family in wanted.intersection(families):
            distance = abs(weight - _REGULAR)
            if family not in faces or distance < faces[family][0]:
                faces[family] = (distance, Face(family, path, index))
    return {family: face for family, (_, face) in faces.items()}


def listed_faces() -> list[tuple[str, int, list[str], int]]:
    """(file, index, families, weight) of every installed face."""
    command = shutil.which("fc-list")
    if command is None:
        return [(path, index, [family], _REGULAR) for path, index, family in _KNOWN_FILES if Path(path).is_file()]
    answer = subprocess.run(  # noqa: S603 - a fixed command
        [command, "--format", "%{file}\t%{index}\t%{family}\t%{weight}\t%{variable}\n"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    found = []
    for line in answer.stdout.splitlines():
        path, index, families, weight, variable = (line.split("\t") + [""] * 5)[:5]
        if not path.endswith((".pcf.gz", ".pfb")):
            # The upper half of a face's index numbers the instances of a variable font.
            face_index = int(index) & 0xFFFF if index.isdecimal() else 0
            level = int(weight) if weight.isdecimal() else _REGULAR
            found.append((path, face_index, families.split(","), level if variable != "True" else _REGULAR))
    return found
