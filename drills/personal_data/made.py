"""Personal data as people write it. Made from the published rules of each number, without a look at the detector.

No datum belongs to anybody: numbers are drawn at random within the form that the rules give.
"""

import random
from collections.abc import Callable

AREAS = "110105 120103 130202 210102 310115 320106 330106 340103 350102 360102 370202 410105 420106 430102 440106 "
AREAS += "450103 460106 500112 510107 520103 530102 610113 620102 640104 650103 810000 820000 830000"
SURNAMES = "浦江淮泾渭洛汾沁漳滏"
TOWNS = ("仙塘镇", "灯塔镇", "蓝口镇", "船塘镇", "义合镇", "叶潭乡", "新港街道", "城东街道", "半江乡")
VILLAGES = ("黄沙村", "红光村", "新丰村", "下林村", "石角村", "大坪村", "东方红村", "三友村", "龙利村")
ROADS = ("建设路", "中山大道", "人民中路", "解放一路", "滨江东路", "文明街", "朝阳巷", "学府路", "和平里", "永安弄")
ESTATES = (
    "阳光花园",
    "幸福小区",
    "翠湖名苑",
    "锦绣家园",
    "东方新城",
    "水利局家属院",
    "紫金公寓",
    "碧桂新村",
    "丽江华庭",
)
PLATE_HEADS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
HANDED = "〇一二三四五六七八九"


def _some(dice: random.Random, length: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(length))


def _birthday(dice: random.Random) -> str:
    return f"{dice.randint(1938, 2009)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"


def id18(dice: random.Random) -> str:
    """GB 11643: area, birthday, order, check digit by ISO 7064 MOD 11-2."""
    body = dice.choice(AREAS.split()) + _birthday(dice) + _some(dice, 3)
    rest = 0
    for digit in body:
        rest = (rest + int(digit)) * 2 % 11
    check = (12 - rest) % 11
    return body + ("X" if check == 10 else str(check))


def id18_mistyped(dice: random.Random) -> str:
    number = id18(dice)
    wrong = [digit for digit in "0123456789X" if digit != number[-1]]
    return number[:-1] + dice.choice(wrong)


def id15(dice: random.Random) -> str:
    return dice.choice(AREAS.split()[:25]) + _birthday(dice)[2:] + _some(dice, 3)


def mobile(dice: random.Random) -> str:
    return f"1{dice.choice('3456789')}{_some(dice, 9)}"


def landline(dice: random.Random) -> str:
    area = dice.choice(("010", "021", "025", "028", "0592", "0762", "0937", "0371", "0558", "0851"))
    number = dice.choice("2345678") + _some(dice, 7 if len(area) == 3 else dice.choice((6, 7)))
    return dice.choice(
        (f"{area}-{number}", f"（{area}）{number}", f"({area}){number}", f"{area} {number}", area + number)
    )


def card(dice: random.Random) -> str:
    """ISO 7812: the issuer's head, the account, the check digit by Luhn."""
    head = dice.choice(("622202", "621700", "622848", "621661", "622588", "625912", "436742", "520082", "356839"))
    body = head + _some(dice, (15 if head[0] != "6" else dice.choice((15, 18))) - len(head))
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def plate(dice: random.Random) -> str:
    head, letter = dice.choice(PLATE_HEADS), dice.choice(PLATE_LETTERS)
    five = list(_some(dice, 5))
    for at in dice.sample(range(5), dice.choice((0, 0, 1, 2))):
        five[at] = dice.choice(PLATE_LETTERS)
    kind = dice.random()
    if kind < 0.6:
        number = "".join(five)
    elif kind < 0.8:
        number = dice.choice(("D", "F", "A", "G")) + dice.choice(PLATE_LETTERS + "0123456789") + _some(dice, 4)
    elif kind < 0.85:
        number = _some(dice, 5) + dice.choice("DF")
    else:
        number = _some(dice, 4) + dice.choice("警学挂") if kind < 0.95 else _some(dice, 4) + dice.choice("港澳")
    if number[-1] in "港澳":
        head, letter = "粤", "Z"
    return head + letter + dice.choice(("", "", "·", " ", "-", "•")) + number


def mail(dice: random.Random) -> str:
    name = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(dice.randint(4, 10)))
    name = dice.choice(("", "li.", "wang_", "zh-")) + dice.choice("abcdefg") + name
    return f"{name}@{dice.choice(('qq.com', '163.com', 'sina.com.cn', 'example.gov.cn', 'mail.example.com.cn'))}"


def passport(dice: random.Random) -> str:
    return dice.choice((f"E{_some(dice, 8)}", f"E{dice.choice('ABCDEFGH')}{_some(dice, 7)}", f"G{_some(dice, 8)}"))


def permit(dice: random.Random) -> str:
    number = dice.choice(
        (f"C{_some(dice, 8)}", f"CA{_some(dice, 7)}", f"H{_some(dice, 8)}", f"M{_some(dice, 8)}", f"L{_some(dice, 8)}")
    )
    return dice.choice(("港澳通行证", "往来台湾通行证", "港澳居民来往内地通行证号：")) + number


def number_of(dice: random.Random, most: int) -> str:
    number = dice.randint(1, most)
    units = "零一二三四五六七八九"
    if number < 100 and dice.random() < 0.25:
        tens, ones = divmod(number, 10)
        return ("" if tens == 0 else "十" if tens == 1 else f"{units[tens]}十") + ("" if ones == 0 else units[ones])
    return str(number)


def address(dice: random.Random) -> str:
    town, village = dice.choice(TOWNS), dice.choice(VILLAGES)
    road, estate = dice.choice(ROADS), dice.choice(ESTATES)
    front = dice.choice(("", "东源县", "河源市东源县", "广东省河源市源城区"))
    block, room = (
        number_of(dice, 30),
        dice.choice((f"{dice.randint(1, 18)}0{dice.randint(1, 6)}", f"{dice.randint(101, 999)}")),
    )
    return front + dice.choice(
        (
            f"{town}{village}{number_of(dice, 12)}组",
            f"{town}{village}第{number_of(dice, 12)}村民小组{dice.randint(1, 99)}号",
            f"{town}{village}{dice.randint(1, 199)}号",
            f"{town}{village}{number_of(dice, 9)}社",
            f"{road}{number_of(dice, 99)}号{block}栋{room}室",
            f"{road}{dice.randint(1, 300)}号{estate}{block}幢{dice.randint(1, 4)}单元{room}室",
            f"{road}{dice.randint(1, 300)}弄{dice.randint(1, 60)}号{room}室",
            f"{estate}{block}号楼{dice.randint(1, 4)}单元{room}",
            f"{estate}{dice.randint(1, 30)}-{dice.randint(1, 4)}-{room}",
            f"{estate}{dice.choice('ABCD')}座{room}房",
            f"{road}{dice.randint(1, 300)}号{room}房",
        )
    )


KINDS: tuple[tuple[str, Callable[[random.Random], str], str], ...] = (
    ("id", id18, "身份证号 公民身份号码 身份证 证件号码 号码"),
    ("id", id18_mistyped, "身份证号 身份证 证件号码"),
    ("id", id15, "身份证号 老身份证 证件号码"),
    ("mobile", mobile, "手机 联系电话 电话 微信同号 本人手机号"),
    ("landline", landline, "家庭电话 住宅电话 电话 座机"),
    ("card", card, "银行卡 卡号 工资卡 账号 收款卡号"),
    ("plate", plate, "车牌 私家车 车辆 牌照"),
    ("mail", mail, "邮箱 电子邮件 邮件 联系方式"),
    ("passport", passport, "护照 护照号 因私护照号码"),
    ("permit", permit, "持有 本人 证件"),
    ("address", address, "住址 家住 家庭住址 现住 位于"),
)
SPACED = frozenset({"id", "mobile", "card"})


# Ways of writing it ---------------------------------------------------------------------------------------------------


def full_width(text: str, dice: random.Random) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def some_full_width(text: str, dice: random.Random) -> str:
    return "".join(full_width(letter, dice) if dice.random() < 0.5 else letter for letter in text)


def invisible(text: str, dice: random.Random) -> str:
    marks = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e")
    return "".join(letter + (dice.choice(marks) if dice.random() < 0.4 else "") for letter in text[:-1]) + text[-1]


def _grouped(text: str, sign: str, dice: random.Random) -> str:
    sizes = {11: (3, 4, 4), 18: (6, 8, 4), 15: (6, 6, 3)}.get(len(text)) or (4, 4, 4, 4, 4)
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return sign.join(part for part in parts if part)


def spaced(text: str, dice: random.Random) -> str:
    return _grouped(text, dice.choice((" ", "  ", "\u3000", "\u00a0", "\u2009")), dice)


def hyphened(text: str, dice: random.Random) -> str:
    return _grouped(text, dice.choice(("-", "－", "–", "—", " - ", "‐")), dice)


def dotted(text: str, dice: random.Random) -> str:
    return _grouped(text, dice.choice((".", "．", "·", "・", "•", "。")), dice)


def every_digit_apart(text: str, dice: random.Random) -> str:
    return dice.choice((" ", "-", ".", "\u3000", "·")).join(text)


def in_han(text: str, dice: random.Random) -> str:
    return "".join(HANDED[int(letter)] if letter.isdigit() else letter for letter in text)


def partly_in_han(text: str, dice: random.Random) -> str:
    return "".join(in_han(letter, dice) if dice.random() < 0.4 else letter for letter in text)


def formal_han(text: str, dice: random.Random) -> str:
    return "".join("零壹贰叁肆伍陆柒捌玖"[int(letter)] if letter.isdigit() else letter for letter in text)


def broken_line(text: str, dice: random.Random) -> str:
    at = dice.randint(1, len(text) - 1)
    return text[:at] + dice.choice(("\n", "\r\n", "\n　　", "-\n")) + text[at:]


def broken_softly(text: str, dice: random.Random) -> str:
    at = dice.randint(1, len(text) - 1)
    return text[:at] + dice.choice(("\n", "\r\n")) + text[at:]


def small(text: str, dice: random.Random) -> str:
    return text.lower()


def abroad(text: str, dice: random.Random) -> str:
    return dice.choice(("+86", "+86 ", "86-", "0086", "（+86）", "0")) + text


def other_digits(text: str, dice: random.Random) -> str:
    start = dice.choice((0x1D7CE, 0x1D7E2, 0x1D7F6, 0x0660))
    return "".join(chr(start + int(letter)) if letter.isdigit() else letter for letter in text)


def spelt_at(text: str, dice: random.Random) -> str:
    return text.replace("@", dice.choice((" @ ", "＠", "(at)", "[at]", "（at）")))


Way = Callable[[str, random.Random], str]
ANY: tuple[Way, ...] = (full_width, some_full_width, invisible)
NUMBERS: tuple[Way, ...] = (
    spaced, hyphened, dotted, every_digit_apart, in_han, partly_in_han, formal_han, broken_line, other_digits,
)  # fmt: skip
OWN: dict[str, tuple[Way, ...]] = {
    "id": (small,),
    "mobile": (abroad,),
    "plate": (small, broken_softly),
    "mail": (spelt_at, broken_softly),
    "passport": (small,),
    "address": (broken_softly,),
}


def as_it_is(text: str, dice: random.Random) -> str:
    return text


def one_item(dice: random.Random) -> tuple[str, str, str, str]:
    """(kind, words before it, the datum as it is written, how): every kind and way comes in turn of chance."""
    kind, make, words = dice.choice(KINDS)
    text = make(dice)
    ways: tuple[Way, ...] = (as_it_is, *ANY, *OWN.get(kind, ()), *(NUMBERS if kind in SPACED else ()))
    way = dice.choice(ways)
    written = way(text, dice)
    if way in NUMBERS and dice.random() < 0.2:
        written = full_width(written, dice)
        return kind, dice.choice(words.split()), written, f"{make.__name__}+{way.__name__}+full_width"
    return kind, dice.choice(words.split()), written, f"{make.__name__}+{way.__name__}"
