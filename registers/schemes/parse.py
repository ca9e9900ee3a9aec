"""A scheme file (JSON text) becomes a checked `SchemeSpec`, or a list of everything that is wrong with it."""

import json
from dataclasses import replace

from registers.schemes import checks, checks_letters, checks_paper, checks_plate, checks_rating, checks_road
from registers.schemes.faults import Fault, Faults, SchemeError
from registers.schemes.model import SchemeSpec
from registers.schemes.reader import read

__all__ = ["Fault", "SchemeError", "parse"]

_LARGEST = 2_000_000  # characters; the largest of the five plans has 60,000


def parse(text: str, *, name: str) -> SchemeSpec:
    """The scheme written in ``text``; ``name`` is the file name that faults mention.

    Faults are found in two passes: first everything wrong with single values (unknown or missing fields, types,
    choices, dates), then, when the values are sound, everything wrong between them (references, order, coverage).

    Raises SchemeError with all faults of the pass.
    """
    faults = Faults(name)
    value = _json(text, faults)
    faults.raise_if_any()
    spec = read(value, faults)
    faults.raise_if_any()
    for part in (checks, checks_road, checks_paper, checks_plate, checks_rating, checks_letters):
        part.check(spec, faults)
    faults.raise_if_any()
    return replace(spec, raw=value)


def _json(text, faults):
    if len(text) > _LARGEST:
        faults.add("", f"文件太大：至多 {_LARGEST} 个字符。")
        return None
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=lambda pairs: _once(pairs, faults))
    except json.JSONDecodeError as error:
        faults.add(f"第 {error.lineno} 行第 {error.colno} 列", "不是正确的 JSON：请检查此处的引号、逗号和括号。")
    except RecursionError:
        faults.add("", "不是正确的 JSON：括号嵌套过深。")
    except ValueError:
        faults.add("", "不是正确的 JSON：数字过大。")
    return None


def _once(pairs, faults):
    """A name written twice in one object would silently win over the first."""
    found = {}
    for name, value in pairs:
        if name in found:
            faults.add(name, f"同一个对象里“{name}”写了两次。")
        found[name] = value
    return found
