"""What people, tools and attackers put where a name, a number or a date belongs."""

import json
import random

TEXTS = (
    "",
    " ",
    "\0",
    "甲\0乙",
    "\ud800",
    "\udfff甲",
    "𠮷㛃䶮",
    "𰻝",
    "\u202e攻\u202d",
    "\u2028\u2029",
    "\ufeff",
    "\uffff",
    "\x7f",
    "\x1b[2J",
    "👩‍👩‍👧‍👦",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%s%n%d",
    "{{7*7}}",
    "{0.__class__}",
    "../../etc/passwd",
    "..\\..\\x",
    "\r\nSet-Cookie: a=b",
    "a" * 255,
    "甲" * 256,
    "乙" * 5000,
    "🀄" * 2001,
    "null",
    "on",
    "true",
    "[]",
    "{}",
    '{"a":[',
    '"\\ud800"',
    "[[[[[[]]]]]]",
    "javascript:alert(1)",
    "http://127.0.0.1:9/",
    "//evil.example",
    "甲\n乙\r丙\t丁",
    "，。；：",
    "=1+1",
    "@SUM(A1)",
)
NUMBERS = (
    "-1",
    "0",
    "1",
    "00",
    "1.5",
    "1e3",
    "1e999",
    "NaN",
    "Infinity",
    "-0",
    "0x1F",
    "1_000",
    "+1",
    "１２３",
    "²",
    "٣",
    "①",
    "一",
    "9" * 15,
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 18,
    "9" * 19,
    "9" * 400,
    "9" * 5000,
)
DATES = (
    "0000-00-00",
    "2026-02-30",
    "99999-01-01",
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "10000-1-1",
    "2026-1-1",
    "2026年1月1日",
    "2026-01-01T25:61",
    "1899-12-31",
    "２０２６-01-01",
    "2026-02-29",
    "-2026-01-01",
    "2026-01-01 00:00:00+99:99",
)
JSONS = (
    '"\\ud800"',
    "[1e999]",
    "[" * 3000,
    '{"__class__":1}',
    "[null]",
    '{"a":{"a":{"a":1}}}',
    "1",
    '"x"',
    "[1,2,3]",
    "{}",
)
LONG = ("甲" * 340_000, "x" * 1_000_000, "<b>" * 300_000, "\n" * 500_000)


def value(chance: random.Random, others: list[str], was: str = "") -> str:
    """One piece of nonsense; ``others`` are ids and words that belong to somebody or something else."""
    if was[:1] in ("{", "[") and chance.random() < 0.7:
        return _json(chance, was)
    dice = chance.random()
    if dice < 0.02:
        return chance.choice(LONG)
    if dice < 0.32:
        return chance.choice(TEXTS)
    if dice < 0.60:
        return chance.choice(NUMBERS)
    if dice < 0.70:
        return chance.choice(DATES)
    if dice < 0.88:
        return chance.choice(others)
    if dice < 0.92:
        return chance.choice(JSONS)
    if was and dice < 0.97:
        place = chance.randrange(len(was))
        return was[:place] + chance.choice(TEXTS[:20]) + was[place + chance.randrange(2) :]
    return "".join(chr(chance.choice((chance.randrange(1, 256), chance.randrange(0x20, 0x11000)))) for _ in range(9))


def _json(chance: random.Random, was: str) -> str:
    """The same text with one of its values changed for another kind."""
    try:
        told = json.loads(was)
    except (ValueError, RecursionError):
        return chance.choice(JSONS)
    place = told
    while isinstance(place, dict | list) and place:
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if not isinstance(place[key], dict | list) or not place[key] or chance.random() < 0.3:
            place[key] = chance.choice((None, [], {}, -1, 2**70, 1e300, "\ud800", "\0", ["x"], {"x": 1}, True))
            break
        place = place[key]
    return json.dumps(told)


def pairs(chance: random.Random, fields: list[tuple[str, str]], names: list[str], others: list[str]):
    """A form with some of its fields changed, left out, sent twice, renamed, or with fields that it does not have."""
    sent = list(fields)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        dice = chance.random()
        if sent and dice < 0.62:
            at = chance.randrange(len(sent))
            sent[at] = (sent[at][0], value(chance, others, sent[at][1]))
        elif names and dice < 0.80:
            sent.append((chance.choice(names), value(chance, others)))
        elif sent and dice < 0.87:
            name, was = chance.choice(sent)
            sent += [(name, value(chance, others, was))] * chance.choice((1, 1, 30))
        elif sent and dice < 0.93:
            sent.pop(chance.randrange(len(sent)))
        elif sent:
            at = chance.randrange(len(sent))
            name = chance.choice(("{}[]", "{}[0]", "{}__in", "{}-0", "0-{}", "{}\0", "_connector", "pk", "__proto__"))
            sent[at] = (name.format(sent[at][0]), sent[at][1])
    if any("TOTAL_FORMS" in name for name, _ in sent) and chance.random() < 0.4:
        wild = chance.choice((*NUMBERS, "1000", "100000", ""))
        sent = [(name, wild if "TOTAL_FORMS" in name else was) for name, was in sent]
    if chance.random() < 0.01:
        sent += [(f"f{number}", "1") for number in range(2100)]
    return sent
