"""What personal data looks like: a pattern for each kind, and a check of what it caught.

The patterns read a text that `personal_data.Views` has brought to one form. A check gives True (sure), False (doubtful:
a wrong check digit) or None (something else: a serial number, an amount, a network address).
"""

import re
from collections.abc import Callable

from registers import personal_places as places

NUMERALS = ("〇零", "一壹幺弌", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
CIRCLED = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
LOOK_ALIKE = re.compile(r"(?<=\d)[OoIl]{1,2}(?=\d)")
# Cheap first question: four digits of any script, a plate's or house's words, a mail's sign.
WORTH_A_LOOK = re.compile(r"\d|[@＠号室组户]|[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]|\bat\b|\[at\]|\(at\)")

# Between two digits: blanks, line ends, hyphens and dots of every kind; between groups also commas and brackets.
_GAP = r"[\s\-‐‑‒–—―−_.·•・‧∙。]{0,3}"
_WIDE = r"[\s\-‐‑‒–—―−_.·•・‧∙。,，、/\\|~()\[\]*:：;+=#]{0,3}"


_AFTER_AREA = r"[\s\-‐‑‒–—―−.·)\]]{0,3}"
_DOT = r"[\s\-‐‑‒–—―−.·•・‧∙]?"


def _digits(*groups: int) -> str:
    """So many digits, gaps anywhere, wide gaps between the groups."""
    return _WIDE.join(_GAP.join([r"\d"] * group) for group in groups)


def plain(text: str) -> str:
    """Only digits and capital letters."""
    return "".join(letter for letter in text.upper().replace("×", "X") if letter.isascii() and letter.isalnum())


def _one_number(text: str) -> bool:
    """Whether the parts are one number written in groups, not several that stand side by side."""
    groups = [part for part in re.split(r"[^\dXx×]+", text) if part]
    if len(groups) <= 3 or all(len(part) == 1 for part in groups):
        return True
    return len(set(re.findall(r"[^\dXx×]+", text))) == 1


# Numbers of persons ---------------------------------------------------------------------------------------------------

PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LATEST_DOUBTFUL = "2015"  # a wrong check digit and a later year: a serial number with a date in it
_DATE = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_CREDIT = re.compile(r"信用代码[^\d]{0,8}$|机构代码[^\d]{0,8}$")
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def id_check(number: str) -> bool:
    """The check digit of GB 11643."""
    return "10X98765432"[sum(int(a) * b for a, b in zip(number[:17], _WEIGHTS, strict=True)) % 11] == number[17]


def credit_check(number: str) -> bool:
    """The check character of a unified social credit code, which can be all digits too."""
    if any(letter not in _CREDIT_LETTERS for letter in number):
        return False
    total = sum(_CREDIT_LETTERS.index(a) * b for a, b in zip(number[:17], _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_LETTERS[(31 - total % 31) % 31] == number[17]


def _id18(match: re.Match, line: str) -> bool | None:
    number = plain(match["it"])
    country = number[0] == "9" and number[1:3] in PROVINCES
    if (number[:2] not in PROVINCES and not country) or number[6:8] not in ("18", "19", "20"):
        return None
    if not _DATE.fullmatch(number[10:14]):
        return None
    sure = id_check(number)
    if number[6:10] > _LATEST_DOUBTFUL and _serial(match, line):
        return None
    if not sure and not _one_number(match["it"]):
        return None
    if not sure and (
        number[2:4] in PROVINCES
        and credit_check(number)
        or number[6:10] > _LATEST_DOUBTFUL
        or _CREDIT.search(_before(match, line))
    ):
        return None
    alone = not _beside(match, line)
    return sure if alone else (True if sure else None)


def _id15(match: re.Match, line: str) -> bool | None:
    number = plain(match["it"])
    if number[:2] not in PROVINCES or number[0] == "9" or not _DATE.fullmatch(number[8:12]) or _beside(match, line):
        return None
    return None if _serial(match, line) or not _one_number(match["it"]) else True


def _beside(match: re.Match, line: str) -> bool:
    """Whether the number goes on before or after the match."""
    start, end = match.span("it")
    return line[start - 1 : start].isdecimal() or line[end : end + 1].isdecimal()


def _before(match: re.Match, line: str, most: int = 14) -> str:
    return line[max(0, match.start("it") - most) : match.start("it")]


_SERIAL = re.compile(r"(?:编号|文号|档号|合同号|批号|流水号|受理号|案号|字第|编码|代码|项目号|单号|订单)[^\d]{0,4}$")


def _serial(match: re.Match, line: str) -> bool:
    return bool(_SERIAL.search(_before(match, line)))


# Phones ---------------------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"^\s*(?:元|万元|亿元|万|亿|吨|公里|平方米|立方米|千瓦|美元|人民币)")
_NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def _mobile(match: re.Match, line: str) -> bool | None:
    start, end = match.span("it")
    if line[end : end + 1].isdecimal() or _AMOUNT.match(line[end : end + 6]) or line[start - 1 : start] in ("¥", "￥"):
        return None
    if _NETWORK.fullmatch(match["it"].strip()) or not _one_number(match["it"]):
        return None
    return None if _serial(match, line) else True


def _landline(match: re.Match, line: str) -> bool | None:
    end = match.end("it")
    if line[end : end + 1].isdecimal() or _AMOUNT.match(line[end : end + 6]) or not _one_number(match["it"]):
        return None
    return None if _serial(match, line) else True


# Cards ----------------------------------------------------------------------------------------------------------------


def luhn(number: str) -> bool:
    """The check digit of bank cards."""
    total = 0
    for at, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_CARD_WORDS = re.compile(r"(?:银行卡|卡号|工资卡|储蓄卡|信用卡|银行账[号户]|开户)[^\d]{0,10}$")
_CARD_HEADS = re.compile(r"(?:6[0-9]|4\d|5[1-5]|35|3[0689]|9[0-9]|1[0-9]|2[2-7]|8[0-9])")
_CARD_SURE = re.compile(r"(?:6[0-9]|4\d|5[1-5]|35|95588?)")


def _in_groups_of_others(text: str) -> bool:
    """Whether the groups are those of a project's code rather than of a card, which has four digits in each."""
    groups = [len(part) for part in re.split(r"\D+", text) if part]
    return len(groups) > 2 and set(groups) != {1} and any(size != 4 for size in groups[:-1])


def _of_credit_code(match: re.Match, line: str) -> bool:
    """Whether the digits are the middle of a unified social credit code."""
    start, end = match.span("it")
    head = re.search(r"[A-Za-z0-9]*$", line[max(0, start - 18) : start])[0]
    tail = re.match(r"[A-Za-z0-9]*", line[end : end + 18])[0]
    code = f"{head}{match['it']}{tail}".upper()
    return len(code) == 18 and credit_check(code)


def _card(match: re.Match, line: str) -> bool | None:
    number = plain(match["it"])
    if _beside(match, line) or _in_groups_of_others(match["it"]) or _of_credit_code(match, line):
        return None
    named = bool(_CARD_WORDS.search(_before(match, line, 18)))
    if luhn(number) and (_CARD_SURE.match(number) or named) and not (_serial(match, line) and not named):
        return True
    return False if named and _CARD_HEADS.match(number) else None


# Plates, travel documents, mails --------------------------------------------------------------------------------------

_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_GAP = r"[\s\-·•・‧∙.]{0,4}"
_ONE = "[A-HJ-NP-Z0-9]"


def _plate(match: re.Match, line: str) -> bool | None:
    digits = sum(letter.isdecimal() for letter in match["it"])
    return True if digits >= 2 and not line[match.end("it") : match.end("it") + 1].isdecimal() else None


_DOCUMENT_WORDS = re.compile(r"通行证|回乡证|台胞证|往来|证件|护照|港澳|台湾居民|旅行证")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def _passport(match: re.Match, line: str) -> bool | None:
    number = plain(match["it"])
    if "护照" in _before(match, line, 16):
        return True
    if _DAY.fullmatch(number[1:]) or _serial(match, line):
        return None
    if number[0] != "E" and not (number[0] == "G" and number[1].isdecimal()):
        return None
    return True


def _permit(match: re.Match, line: str) -> bool | None:
    around = _before(match, line, 24) + line[match.end("it") : match.end("it") + 12]
    return True if _DOCUMENT_WORDS.search(around) else None


PRIVATE_MAIL = re.compile(
    r"(?:qq|vip\.qq|foxmail|163|126|yeah|188|139|189|wo|sina|sohu|aliyun|gmail|outlook|hotmail|live|icloud|yahoo|21cn)"
    r"(?:\.com|\.cn|\.net)+$",
    re.I,
)


def _always(match: re.Match, line: str) -> bool:
    return True


Check = Callable[[re.Match, str], bool | None]
KINDS: tuple[tuple[str, str, re.Pattern, Check], ...] = (
    ("id", "digits", re.compile(rf"(?P<it>{_digits(6, 8, 3)}{_WIDE}[\dXx×])", re.A), _id18),
    ("card", "digits", re.compile(rf"(?<!\d)(?P<it>\d(?:{_GAP}\d){{15,18}})(?!\d)", re.A), _card),
    ("id", "digits", re.compile(rf"(?<!\d)(?P<it>{_digits(6, 6, 3)})(?!\d)", re.A), _id15),
    ("card", "digits", re.compile(rf"(?<!\d)(?P<it>\d(?:{_GAP}\d){{14}})(?!\d)", re.A), _card),
    (
        "mobile",
        "digits",
        re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_WIDE}|0)?(?P<it>1{_GAP}[3-9]{_GAP}\d{_WIDE}{_digits(4, 4)})(?!\d)", re.A),
        _mobile,
    ),
    (
        "landline",
        "digits",
        re.compile(
            rf"(?<!\d)(?:(?:\+|00)?86{_WIDE})?[(\[]?(?P<it>0{_GAP}(?:1{_GAP}0|2{_GAP}\d|[3-9]{_GAP}\d{_GAP}\d)"
            rf"{_AFTER_AREA}[2-8](?:\d{{2,3}}{_DOT}\d{{4}}|(?:{_DOT}\d){{6,7}}))(?!\d)",
            re.A,
        ),
        _landline,
    ),
    (
        "plate",
        "digits",
        re.compile(
            rf"(?P<it>[{_PROVINCE}]{_PLATE_GAP}[A-Z]{_PLATE_GAP}"
            rf"(?:(?:{_ONE}{_PLATE_GAP}){{4}}(?:[警学港澳挂领]|{_ONE})|[A-K](?:{_PLATE_GAP}{_ONE}){{5}}"
            rf"|\d(?:{_PLATE_GAP}\d){{4}}{_PLATE_GAP}[A-K]))(?![A-Z0-9])",
            re.I | re.A,
        ),
        _plate,
    ),
    (
        "passport",
        "digits",
        re.compile(
            rf"(?<![A-Z0-9])(?P<it>(?:[A-Z]{_GAP}[A-HJ-NP-Z0-9]|14|15){_GAP}{_digits(7)})(?![A-Z0-9])", re.I | re.A
        ),
        _passport,
    ),
    (
        "permit",
        "digits",
        re.compile(
            rf"(?<![A-Z0-9])(?P<it>[HMCWTL]{_GAP}[A-Z0-9]{_GAP}{_digits(7)}(?:{_GAP}\d\d)?|(?<!\d)\d{{8}})(?![A-Z0-9])",
            re.I | re.A,
        ),
        _permit,
    ),
    (
        "mail",
        "close",
        re.compile(
            r"(?P<it>[A-Za-z0-9][A-Za-z0-9._%+-]*(?:@|[(\[{【<](?:at|AT|艾特)[)\]}】>]|#(?=[A-Za-z0-9-]+\.com))"
            r"[A-Za-z0-9-]+(?:(?:\.|[(\[]dot[)\]])[A-Za-z0-9-]+)*(?:\.|[(\[]dot[)\]])[A-Za-z]{2,})",
            re.I | re.A,
        ),
        _always,
    ),
    ("address", "close", re.compile(places.HOME), _always),
    ("address", "close", re.compile(places.VILLAGE), _always),
    ("address", "close", re.compile(places.STREET), _always),
)
