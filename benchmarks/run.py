"""One process that prepares one database and measures: a JSON line per measure on standard output.

`benchmarks.__main__` starts it with the environment of that database; it is not meant to be called by hand.
"""
# ruff: noqa: E402 - the models can be imported only after django.setup()

import argparse
import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator

import django

django.setup()

from django.conf import settings
from django.db import connection

from benchmarks import crowd, evidence, handbook, imports, output, pages, papers
from benchmarks.ground import Ground
from benchmarks.measure import Measure
from benchmarks.prepare import prepare, say
from benchmarks.requests import measure_bare
from lianzheng.stack import roomy

settings.COSTLY_LIMITS = False  # one person asks for everything here
CHILDREN = {
    "export": papers.export_here,
    "crowd": crowd.half,
    "handbook": handbook.made,
    "handbook_long": handbook.made_long,
    "handbook_raw": handbook.raw,
    **output.CHILDREN,
    **evidence.CHILDREN,
}


@roomy
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="bureau")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--child", choices=sorted(CHILDREN))
    asked = parser.parse_args()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are part of the crowd's day
    ground = Ground()
    if asked.child:
        print(json.dumps(CHILDREN[asked.child](ground).line()))
        return
    prepare(asked.size, reuse=asked.reuse)
    gc.collect()
    gc.freeze()  # as bin/gunicorn.conf.py does
    show(measure_bare(), asked.size)
    for name, measure in everything(ground):
        if not asked.only or name in asked.only:
            try:
                show(measure(), asked.size)
            except Exception as error:  # one page that fails must not hide the others
                say(f"{name}：{type(error).__name__} {error}")
                failed.append(name)
    if failed:
        sys.exit(1)


failed: list[str] = []


def everything(ground: Ground) -> Iterator[tuple[str, Callable[[], Measure]]]:
    """All measures but the bare page, in the order of the table."""
    yield from pages.measures(ground)
    yield "fill_first", lambda: pages.first_visit(ground)
    yield "pdf", lambda: papers.pdf(ground)
    yield "export", lambda: papers.export(ground)
    yield from handbook.measures(ground)
    yield from output.measures(ground)
    yield from imports.measures(ground)
    yield from evidence.measures(ground)
    yield "crowd", lambda: crowd.measure(ground)


def show(measure: Measure, size: str) -> None:
    measure.size, measure.db = size, connection.vendor
    print(json.dumps(measure.line(), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
