"""The fonts that papers are printed with: the deployer's own first, then the Chinese fonts of the system.

GB/T 9704 asks for 小标宋 in titles and 仿宋 or 宋 in the body. No free font is 小标宋; a deployer who has the fonts
lists their files in LIANZHENG_FONTS: `title=/…/小标宋.ttf,body=/…/仿宋.ttf` (a file without role is for the body).
Everybody else gets Noto Serif CJK (bold for titles).
"""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from paper import FontsMissing, PaperError

ROLES = ("title", "body")
# Families by preference, each with fonts for 宋 before fonts for 黑; the last ones only lend signs such as ☑.
_CHINESE = (
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
_SIGNS = ("DejaVu Sans", "Noto Sans Symbols2")
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
    own: bool = False  # listed by the deployer: needs an @font-face


@dataclass(frozen=True, slots=True)
class Chain:
    """The faces that stand in for each other, first choice first."""

    title: tuple[Face, ...]
    body: tuple[Face, ...]

    @property
    def own(self) -> tuple[Face, ...]:
        return tuple(dict.fromkeys(face for face in (*self.title, *self.body) if face.own))


def chain() -> Chain:
    """The fonts to print with. Raises FontsMissing without a Chinese one (WeasyPrint crashes without any font),
    PaperError when a font listed in the settings is not there."""
    return _chain(tuple(getattr(settings, "FONTS", ())))


@lru_cache(maxsize=4)
def _chain(listed: tuple[str, ...]) -> Chain:
    own: dict[str, list[Face]] = {role: [] for role in ROLES}
    for position, item in enumerate(listed):
        role, path = _own_font(item)
        own[role].append(Face(f"Lianzheng {role} {position}", path, own=True))
    installed = system_faces()
    chinese = [installed[family] for family in _CHINESE if family in installed]
    signs = [installed[family] for family in _SIGNS if family in installed]
    if not chinese and not own["body"]:
        raise FontsMissing
    body = (*own["body"], *chinese, *signs)
    return Chain(title=(*own["title"], *body), body=body)


def _own_font(item: str) -> tuple[str, str]:
    role, _, path = item.rpartition("=")
    role = role.strip() or "body"
    if role not in ROLES:
        raise PaperError(f"设置 LIANZHENG_FONTS 中没有“{role}”这种用途，只能写 title 或 body")
    if not Path(path).is_file():
        raise PaperError(f"设置 LIANZHENG_FONTS 列出的字体文件不存在：{path}")
    return role, str(Path(path).resolve())


@cache
def system_faces() -> dict[str, Face]:
    """The regular face of each known family that fontconfig finds, by family name."""
    wanted = {*_CHINESE, *_SIGNS}
    faces: dict[str, tuple[int, Face]] = {}
    for path, index, families, weight in _listed_faces():
        for family in wanted.intersection(families):
            distance = abs(weight - _REGULAR)
            if family not in faces or distance < faces[family][0]:
                faces[family] = (distance, Face(family, path, index))
    return {family: face for family, (_, face) in faces.items()}


def _listed_faces() -> list[tuple[str, int, list[str], int]]:
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
            face_index = int(index) & 0xFFFF if index.isdigit() else 0
            level = int(weight) if weight.isdigit() else _REGULAR
            found.append((path, face_index, families.split(","), level if variable != "True" else _REGULAR))
    return found
