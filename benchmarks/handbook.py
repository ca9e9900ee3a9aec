"""Handbooks: 120 posts with 800 risk points as one, and a slice of a district's 30,000 points, beside WeasyPrint alone.

The content is that of the posts in force of the prepared database, told again under other numbers until there is
enough of it; every word is laid out each time, nothing is taken from the pieces that are kept.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone

from benchmarks.ground import Ground
from benchmarks.measure import Measure
from benchmarks.papers import in_child, peak
from documents.handbook import asking
from documents.handbook.body import body_of
from documents.handbook.making import Content, content_of, write_pdf
from documents.handbook.model import PostPart, UnitPart
from documents.handbook.pieces import page_rule, style
from documents.rendering.printer import families_of, lay_out, printing

POSTS, POSTS_A_UNIT = 120, 8
SLICE = 3  # times as much: time and memory per page must not grow


def measures(ground: Ground) -> Iterator[tuple[str, object]]:
    """The handbook, a volume three times as long, and the library alone: each in a fresh process."""
    for name in ("handbook", "handbook_long", "handbook_raw"):
        yield name, lambda name=name: in_child(name)


def made(ground: Ground) -> Measure:
    """One handbook of 120 posts and 800 points."""
    return _made(ground, "handbook", 1)


def made_long(ground: Ground) -> Measure:
    """A volume of three times that."""
    return _made(ground, "handbook_long", SLICE)


def _made(ground: Ground, name: str, times: int) -> Measure:
    content, points = content_of_size(ground, times)
    begun = time.process_time()
    with tempfile.TemporaryFile() as stream:
        told = write_pdf(content, stream, keep=False)
        size = stream.tell()
    spent = time.process_time() - begun
    note = f"{POSTS * times} 岗 {points} 个风险点的手册，{told.pages} 页，{told.pages / spent:.1f} 页/秒"
    return Measure(name, cpu_ms=spent * 1000, bytes=size, peak_mb=peak(), note=note)


def raw(ground: Ground) -> Measure:
    """WeasyPrint itself on the units of the same handbook: one document, no numbers, contents or index."""
    content, points = content_of_size(ground, 1)
    family = families_of("body")
    html = '<p style="break-before: page"></p>'.join(
        body_of(part, content.shares, family) for part, _ in content.parts if not part.empty
    )
    begun = time.process_time()
    with printing():
        layout = lay_out(html, title="", issuer="", style=style(), page=page_rule("手册", ""))
        data, pages = layout.write_pdf(), len(layout.pages)
    spent = time.process_time() - begun
    note = f"同样内容直接用 WeasyPrint：{pages} 页，{pages / spent:.1f} 页/秒"
    return Measure("handbook_raw", cpu_ms=spent * 1000, bytes=len(data), peak_mb=peak(), note=note)


def content_of_size(ground: Ground, times: int) -> tuple[Content, int]:
    """A content of so many times 120 posts and 800 points, and how many points it has."""
    asked = asking.Asked(asking.UNIT, ground.bureau.pk, timezone.localdate())
    found = content_of(asking.scope_of(asked, by=None), by=None)
    parts = [part for part, _ in found.parts]
    posts = [post for part in parts for post in part.posts if post.risks.rows]
    units = list(_units(parts[0], posts, times))
    points = sum(sum(unit.counts().values()) for unit in units)
    return replace(found, parts=((unit, 0) for unit in units), count=len(units)), points


def _units(like: UnitPart, posts: list[PostPart], times: int) -> Iterator[UnitPart]:
    """Units of eight posts. A post in force of the prepared bureau has about seven points: 120 come near to 800."""
    wanted = itertools.islice(itertools.cycle(posts), POSTS * times)
    for number in range(POSTS * times // POSTS_A_UNIT):
        own = tuple(_again(post, f"{number}x{n}") for n, post in enumerate(itertools.islice(wanted, POSTS_A_UNIT)))
        yield replace(
            like, anchor=f"u{number}", name=f"第{number + 1}股", path=like.bureau, posts=own, risks=like.risks
        )


def _again(post: PostPart, tag: str) -> PostPart:
    """The same post under another number: anchors must differ, and so must the words of every piece."""
    rows = tuple(
        replace(row, points=tuple(replace(point, anchor=f"{point.anchor}_{tag}") for point in row.points))
        for row in post.risks.rows
    )
    powers = tuple(replace(power, anchor=f"{power.anchor}_{tag}") for power in post.powers)
    return replace(
        post,
        anchor=f"{post.anchor}_{tag}",
        name=f"{post.name}{tag}",
        powers=powers,
        risks=replace(post.risks, rows=rows),
    )
