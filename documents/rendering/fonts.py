"""The fonts that papers are printed with: the deployer's own first, then open fonts that stand in for them.

GB/T 9704 asks for 小标宋 in titles, 仿宋 in the text, 黑体 and 楷体 in headings. Those fonts are nobody's to give away.
Who has them lists their files in LIANZHENG_FONTS: `fangsong=/…/仿宋.ttf,title=/…/小标宋.ttf` (a file without role is
for the body). Everybody else gets the Fandol fonts, which bin/run lays beside the programs where it can, and for what
those do not have the Noto fonts of the system.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from documents.rendering.installed import CHINESE, HEI, KAI, SIGNS, Face, packaged, system_faces
from paper import FontsMissing, PaperError

ROLES = ("title", "body", "fangsong", "kai", "hei")
_HEAVY = ("title", "hei")


@dataclass(frozen=True, slots=True)
class Chain:
    """For each role the faces that stand in for each other, first choice first."""

    title: tuple[Face, ...]
    body: tuple[Face, ...]
    fangsong: tuple[Face, ...]
    kai: tuple[Face, ...]
    hei: tuple[Face, ...]

    def of(self, role: str) -> tuple[Face, ...]:
        return getattr(self, role)

    def by_file(self, roles: tuple[str, ...] = ROLES) -> tuple[Face, ...]:
        """The faces of these roles that are no fonts of the system: each needs an @font-face."""
        return tuple(dict.fromkeys(face for role in roles for face in self.of(role) if face.by_file))


def chain() -> Chain:
    """The fonts to print with. Raises FontsMissing without a Chinese one (WeasyPrint crashes without any font),
    PaperError when a font listed in the settings is not there."""
    return _chain(tuple(getattr(settings, "FONTS", ())))


@lru_cache(maxsize=4)
def _chain(listed: tuple[str, ...]) -> Chain:
    own: dict[str, list[Face]] = {role: [] for role in ROLES}
    for position, item in enumerate(listed):
        role, path = _own_font(item)
        own[role].append(Face(f"Lianzheng {role} {position}", path, source="own", heavy=role in _HEAVY))
    installed = system_faces()
    if not any(family in installed for family in CHINESE) and not own["body"]:
        raise FontsMissing
    body = (*own["body"], *_of(installed, CHINESE), *_of(installed, SIGNS))
    stand_ins = {
        "title": packaged("FandolSong-Bold", heavy=True),
        "fangsong": packaged("FandolFang-Regular"),
        "kai": (*packaged("FandolKai-Regular"), *_of(installed, KAI)),
        "hei": (*packaged("FandolHei-Regular", heavy=True), *_of(installed, HEI)),
    }
    chains = {role: (*own[role], *faces, *body) for role, faces in stand_ins.items()}
    return Chain(body=body, **{role: tuple(dict.fromkeys(faces)) for role, faces in chains.items()})


def _of(installed: dict[str, Face], families: tuple[str, ...]) -> tuple[Face, ...]:
    return tuple(installed[family] for family in families if family in installed)


def _own_font(item: str) -> tuple[str, str]:
    role, _, path = item.rpartition("=")
    role = role.strip() or "body"
    if role not in ROLES:
        raise PaperError(f"设置 LIANZHENG_FONTS 中没有“{role}”这种用途，只能写 {'、'.join(ROLES)}")
    if not Path(path).is_file():
        raise PaperError(f"设置 LIANZHENG_FONTS 列出的字体文件不存在：{path}")
    return role, str(Path(path).resolve())
