"""From plain JSON values to the dataclasses of model.py, by their own field types.

Everything that can be said of one value alone is checked here: known and required fields, types, fixed choices,
keys, real month-days, clean text. What concerns several values together is in checks.py and its neighbours.
"""

import datetime
import difflib
import re
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from registers.schemes import letter_model, model, plate_model, road
from registers.schemes.faults import Faults, listing

ROLES = ("office", "leading_group", "discipline", "party_group", "leader", "publisher")
TONES = ("grave", "middle", "light")
TIERS = ("lead", "middle", "other")
BODIES = ("bureau", "above")
_CHOICES = {
    ("Level", "tone"): TONES,
    ("Factor", "on"): ("point", "subject"),
    ("Rating", "rated"): ("point", "subject"),
    ("Rating", "method"): ("direct", "matrix", "criteria", "count"),
    ("Rating", "subject_follows"): ("max", "none"),
    ("Rating", "count_what"): ("points", "kinds"),
    ("Question", "tiers"): TIERS,
    ("Scope", "tiers"): TIERS,
    ("Scope", "subject"): model.SUBJECTS,
    ("Actor", "who"): road.ACTORS,
    ("Actor", "role"): ("", *ROLES),
    ("Actor", "at"): BODIES,
    ("Return", "resume"): ("rerun", "direct"),
    ("FilesTo", "role"): ROLES,
    ("FilesTo", "at"): BODIES,
    ("Step", "kind"): road.STEP_KINDS,
    ("Step", "opens"): model.RETURNABLE_PARTS,
    ("Step", "mode"): ("", "compile", "opinion", "decide"),
    ("Step", "vacant"): ("up", "office", "skip", "wait"),
    ("NoticeRule", "audience"): ("section", "bureau", "intranet", "society"),
    ("Form", "layout"): ("plan", "ours"),
    ("Form", "over"): model.OVERS,
    ("Form", "units"): ("bureau", "section"),
    ("LetterRule", "role"): ROLES,
    ("LetterRule", "at"): BODIES,
    ("LetterRule", "to"): letter_model.RECIPIENTS,
    ("LetterRule", "layout"): ("official", "card"),
    ("LetterRule", "tone"): ("", *TONES),
    ("PlateRule", "audience"): ("society", "bureau"),
    ("PlateRule", "sizes"): plate_model.SIZES,
    ("SchemeSpec", "series"): ("年度", "专项"),
}
_MAY_BE_BLANK = {("Form", "number")}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DAY = re.compile(r"\d\d-\d\d")
# Lengths that the tables hold; a longer text would only fail on PostgreSQL, and late.
_LONGEST = {"name": 100, "title": 200, "bureau": 100, "body": 60, "Step.name": 60, "Scope.name": 20, "Scope.key": 20}
_TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false"}


def read(value: Any, faults: Faults) -> model.SchemeSpec | None:
    """The scheme that the JSON value describes; None when faults were found."""
    spec = _object(model.SchemeSpec, value, "", faults)
    return None if faults.found else spec


def read_form(value: Any, faults: Faults) -> model.Form | None:
    """One form that the value describes, with the places of faults counted from it."""
    form = _object(model.Form, json_like(value), "", faults)
    return None if faults.found else form


def json_like(value: Any) -> Any:
    """Plain values as JSON would give them: lists in place of tuples."""
    if isinstance(value, dict):
        return {name: json_like(item) for name, item in value.items()}
    return [json_like(item) for item in value] if isinstance(value, list | tuple) else value


def join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _object(cls, value, place, faults):
    if cls is road.Actor and isinstance(value, str):
        value = {"who": value}
    if not isinstance(value, dict):
        faults.add(place, f"应为一个对象（花括号），现为{_kind_of(value)}。")
        return None
    hints, known = _hints(cls), _known(cls)
    for name in value:
        if name not in known:
            faults.add(join(place, name), f"没有“{name}”这个字段{_guess(name, known)}；可用的字段：{listing(known)}。")
    read_values = {}
    for field in known.values():
        where = join(place, field.name)
        if field.name in value:
            read_values[field.name] = _value(hints[field.name], value[field.name], where, faults, (cls, field))
        elif _required(field):
            faults.add(where, f"缺少必填字段“{field.name}”。")
    if any(_required(field) and field.name not in read_values for field in known.values()):
        return None
    return cls(**read_values)


def _required(field):
    return field.default is MISSING and field.default_factory is MISSING


def _value(hint, value, place, faults, owner):
    origin = get_origin(hint)
    if is_dataclass(hint):
        return _object(hint, value, place, faults)
    if origin is tuple:
        return _tuple(get_args(hint), value, place, faults, owner)
    if origin is dict:
        return _mapping(get_args(hint)[1], value, place, faults, owner)
    if type(value) is not hint:
        faults.add(place, f"应为{_TYPE_NAMES[hint]}，现为{_kind_of(value)}。")
        return hint()
    if hint is str:
        _text(value, place, faults, owner)
    return value


def _tuple(args, value, place, faults, owner):
    if not isinstance(value, list):
        faults.add(place, f"应为一个列表（方括号），现为{_kind_of(value)}。")
        return ()
    if args[-1] is Ellipsis:
        items = [_value(args[0], item, f"{place}[{i}]", faults, owner) for i, item in enumerate(value)]
        return tuple(item for item in items if item is not None)
    if len(value) != len(args):
        faults.add(place, f"应恰有 {len(args)} 项，现有 {len(value)} 项。")
        return ()
    if args == (str, int):
        return _day(value, place, faults)
    pairs = enumerate(zip(args, value, strict=True))
    return tuple(_value(arg, item, f"{place}[{i}]", faults, owner) for i, (arg, item) in pairs)


def _day(value, place, faults):
    """["02-15", 1]: month-day and how many years after the scheme's first year."""
    day, offset = value
    if type(offset) is not int or not 0 <= offset <= 5:
        faults.add(f"{place}[1]", "应为距起始年的年数：0 到 5 的整数。")
    if not isinstance(day, str) or not _DAY.fullmatch(day):
        faults.add(f"{place}[0]", "应为“月-日”，如 02-15。")
    elif day == "02-29":
        faults.add(f"{place}[0]", "2 月 29 日不是每年都有，请写 02-28 或 03-01。")
    else:
        try:
            datetime.date(2001, int(day[:2]), int(day[3:]))
        except ValueError:
            faults.add(f"{place}[0]", f"“{day}”不是真实的日期；应为“月-日”，如 02-15。")
    return tuple(value)


def _mapping(hint, value, place, faults, owner):
    if not isinstance(value, dict):
        faults.add(place, f"应为一个对象（花括号），现为{_kind_of(value)}。")
        return {}
    return {name: _value(hint, item, join(place, name), faults, owner) for name, item in value.items()}


def _text(value, place, faults, owner):
    cls, field = owner
    if _UNCLEAN.search(value):
        faults.add(place, "含有不可见的控制字符，请删去。")
        return
    choices = ("plan", "ours") if field.name == "origin" else _CHOICES.get((cls.__name__, field.name))
    if choices is not None:
        if value not in choices:
            shown = [choice or "（空）" for choice in choices]
            faults.add(place, f"“{value}”不在可选值之内；可选：{listing(shown)}。")
    elif field.name == "key" and cls is not model.Column:
        if not _KEY.fullmatch(value):
            faults.add(place, f"“{value}”不能作键名；应以小写字母开头，只含小写字母、数字和下划线，至多 30 个字符。")
    elif not value.strip() and field.default is MISSING and (cls.__name__, field.name) not in _MAY_BE_BLANK:
        faults.add(place, "不能为空。")
    longest = _LONGEST.get(f"{cls.__name__}.{field.name}") or _LONGEST.get(field.name, 4000)
    if len(value) > longest:
        faults.add(place, f"太长：至多 {longest} 个字符。")


def _kind_of(value) -> str:
    names = {bool: "true 或 false", int: "整数", float: "小数", str: "文字", list: "列表", dict: "对象"}
    return names.get(type(value), "空值 null")


def _guess(name, known) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"，是不是要写“{close[0]}”" if close else ""


@cache
def _hints(cls):
    return get_type_hints(cls)


@cache
def _known(cls):
    return {field.name: field for field in fields(cls) if field.name != "raw"}
