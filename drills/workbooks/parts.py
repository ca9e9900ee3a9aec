"""Spoiling the XML parts of a workbook: it stays an archive, so that the damage gets through to the reader."""

import random
import re

TAG = re.compile(r"<[^<>]+>")
ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]{1,40})="([^"]*)"')
VALUES = (
    "",
    "0",
    "-1",
    "1",
    "999999999",
    "99999999999999999999",
    "1e400",
    "NaN",
    "A0",
    "XFD1048576",
    "XFE1",
    "A1:XFD1048576",
    "ZZZZZ9",
    "1A",
    "a1",
    "$A$1",
    "true",
    "s",
    "b",
    "e",
    "d",
    "n",
    "str",
    "inlineStr",
    "x",
    "&#55296;",
    "&#x0;",
    "&#10;",
    "甲" * 40,
    "A" * 70_000,
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:9/x",
    "External",
    "rId999",
    "1900",
    "_x0000_",
    "_xD800_",
    "0.0.0",
    "2026-13-45T99:99:99",
    "P1D",
)
TEXTS = (
    "",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=[1]x!A1",
    "#REF!",
    "1e999",
    "-1",
    "99999",
    "2958466",
    "-99999999",
    "NaN",
    "TRUE",
    "2026-13-45",
    "&#0;",
    "]]>",
    "\u2028",
    "一级",
    "甲" * 33_000,
    "1.甲；2.乙" * 500,
    "（1）",
    "同上",
    "合计",
    "\ufffe",
    "𠮷" * 300,
    " ",
    "_x0041__x000D_",
    "0001-01-01",
    "９９９",
    "²",
)
LARGEST = 60 << 20  # letters: more than the 50 MB that are taken
LONG = 4 << 20  # letters: looking for the next place to spoil would take gigabytes of this process
ENTITIES = {
    "laughs": '<!DOCTYPE x [<!ENTITY a "{}">{}]>'.format(
        "笑" * 10, "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
    ),
    "chain": '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>",
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"x" * 60_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "net": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/e">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/d"> %p;]>',
    "dtd": '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
    "plain": "<!DOCTYPE x>",
}
FORMULAS = (
    "<f>1+1</f>",
    '<f t="shared" ref="A1:A9" si="0">A1</f>',
    '<f t="shared" si="7"/>',
    '<f t="array" ref="A1:XFD1048576">1</f>',
    '<f t="dataTable" ref="A1" r1="B1"/>',
    "<f>cmd|'/C calc'!A0</f>",
    "<f>[1]Sheet1!A1</f>",
    '<f>HYPERLINK("http://127.0.0.1:9/","x")</f>',
    "<f></f>",
    '<f t="x">1</f>',
    '<f t="array">1</f>',
)


def _times(piece: str, count: int) -> str:
    """So many times, but no more than the product would refuse anyway: a piece may have been made very long before."""
    return piece * max(1, min(count, LARGEST // max(1, len(piece))))


def spoiled(chance: random.Random, name: str, text: str) -> str:
    """One part with one or a few things wrong in it."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        if len(text) < LONG:
            text = chance.choice(CHANGES)(chance, text)
    return text


def _attribute(chance: random.Random, text: str) -> str:
    found = list(ATTRIBUTE.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    changed = chance.choice(
        (f'{one[1]}="{chance.choice(VALUES)}"', "", one[0] + f' {one[1]}="x"', f'{one[1][::-1]}="{one[2]}"')
    )
    return text[: one.start()] + changed + text[one.end() :]


def _tag(chance: random.Random, text: str) -> str:
    found = list(TAG.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    kinds = (
        "",
        one[0] * 2,
        _times(one[0], 3000),
        one[0].replace("<", "<x:", 1),
        one[0][:-1],
        "<![CDATA[" + one[0],
        "<!--" + one[0],
        f"<a>{one[0]}",
    )
    return text[: one.start()] + chance.choice(kinds) + text[one.end() :]


def _element(chance: random.Random, text: str) -> str:
    """An element as a whole goes, comes twice, or stands elsewhere."""
    found = list(
        re.finditer(
            r"<(row|c|si|font|fill|xf|sheet|Override|Relationship|mergeCell|col|v|is|t)\b[^>]*?(?:/>|>.*?</\1>)",
            text,
            re.S,
        )
    )
    if not found:
        return text
    one, other = chance.choice(found), chance.choice(found)
    if chance.random() < 0.4:
        return text[: one.start()] + text[one.end() :]
    if chance.random() < 0.5:
        return text[: one.end()] + _times(one[0], chance.choice((1, 5, 400))) + text[one.end() :]
    return text[: one.start()] + other[0] + text[one.end() :]


def _words(chance: random.Random, text: str) -> str:
    found = list(re.finditer(r">([^<>]+)<", text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start(1)] + chance.choice(TEXTS) + text[one.end(1) :]


def _formula(chance: random.Random, text: str) -> str:
    found = list(re.finditer(r"<c\b[^>]*>", text))
    if not found:
        return text
    at = chance.choice(found).end()
    return text[:at] + chance.choice(FORMULAS) + text[at:]


def _entity(chance: random.Random, text: str) -> str:
    kind = chance.choice(list(ENTITIES))
    use = {"chain": "&a11;", "laughs": "&a8;", "quadratic": "&a;" * 60_000}.get(
        kind, "&a;" if kind in ("file", "net") else ""
    )
    root = re.search(r"<(?!\?|!)", text)
    at = root.start() if root else 0
    text = text[:at] + ENTITIES[kind] + text[at:]
    inner = text.rfind("</")
    return text[:inner] + use + text[inner:]


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _head(chance: random.Random, text: str) -> str:
    wild = ("utf-16", "utf-7", "gb18030", "ucs-4", "nonsense", "ascii", "utf-8\x00")
    body = re.sub(r"^<\?xml[^>]*\?>", "", text)
    return f'<?xml version="{chance.choice(("1.0", "1.1", "9"))}" encoding="{chance.choice(wild)}"?>' + body


def _space(chance: random.Random, text: str) -> str:
    return re.sub(r'xmlns(:\w+)?="[^"]*"', chance.choice(('xmlns="x"', "", r'xmlns\1=""')), text, count=1)


def _flood(chance: random.Random, text: str) -> str:
    """Many rows, many cells, one far away, many columns, many merged ranges."""
    many = chance.choice((300, 5_000, 60_000))
    floods = (
        "".join(f'<row r="{n}"/>' for n in range(1, many)),
        '<row r="1">' + "<c/>" * many + "</row>",
        "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>甲</t></is></c></row>' for n in range(1, many // 3)),
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        f'<row r="{many}" spans="1:16384"><c r="BH{many}"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is>' + "<r><t>甲</t></r>" * many + "</is></c></row>",
    )
    if "</sheetData>" in text:
        text = text.replace("</sheetData>", chance.choice(floods) + "</sheetData>", 1)
        ranges = '<mergeCell ref="A1:BH9000"/>' * (many // 100)
        return (
            text.replace("</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>", 1)
            if chance.random() < 0.2
            else text
        )
    at = text.rfind("</")
    inner = TAG.findall(text)
    return text[:at] + (_times(chance.choice(inner), many) if inner else "") + text[at:]


CHANGES = (
    *[_attribute] * 6,
    *[_tag] * 3,
    *[_element] * 4,
    *[_words] * 5,
    *[_formula] * 2,
    _entity,
    _cut,
    _head,
    _space,
    _flood,
)
