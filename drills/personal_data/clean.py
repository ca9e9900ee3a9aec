"""Honest texts of offices, full of numbers that are nobody's: documents, amounts, days, articles, standards, codes."""

import random

from drills.personal_data.made import ROADS, TOWNS, VILLAGES

CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, at, 31) for at in range(17)]
BODIES = (
    "县建设局",
    "县自然资源局",
    "区发展改革局",
    "市生态环境局",
    "镇人民政府",
    "省交通运输厅",
    "县纪委监委驻局纪检监察组",
)
LAWS = (
    "行政许可法",
    "招标投标法",
    "政府采购法",
    "城乡规划法",
    "公务员法",
    "监察法",
    "建筑法",
    "环境保护法",
    "行政处罚法",
)
HAN = "〇一二三四五六七八九"


def _some(dice: random.Random, length: int) -> str:
    return "".join(dice.choice("0123456789") for _ in range(length))


def credit_code(dice: random.Random) -> str:
    """GB 32100: registering body, kind, area, organisation, check character."""
    body = dice.choice(("91", "12", "11", "92", "52")) + dice.choice(("320100", "441625", "310115", "530102"))
    body += _some(dice, 8) + dice.choice(CREDIT) if dice.random() < 0.5 else "MA" + _some(dice, 6) + dice.choice(CREDIT)
    total = sum(CREDIT.index(letter) * weight for letter, weight in zip(body, _WEIGHTS, strict=True))
    return body + CREDIT[-total % 31]


def day(dice: random.Random) -> str:
    year, month, at = dice.randint(1998, 2027), dice.randint(1, 12), dice.randint(1, 28)
    han = "".join(HAN[int(digit)] for digit in str(year))
    return dice.choice(
        (
            f"{year}年{month}月{at}日",
            f"{year}-{month:02}-{at:02}",
            f"{year}.{month}.{at}",
            f"{han}年{month}月",
            f"{year}/{month}/{at}",
        )
    )


def amount(dice: random.Random) -> str:
    value = dice.choice((dice.randint(1, 999), dice.randint(1000, 99_999_999), dice.randint(10**9, 10**12)))
    return dice.choice(
        (f"{value:,}元", f"{value}元", f"{value / 100:,.2f}万元", f"¥{value:,}.00", f"人民币{value:,}元整")
    )


def document(dice: random.Random) -> str:
    year, number = dice.randint(2003, 2027), dice.randint(1, 400)
    return dice.choice(
        (
            f"东建发〔{year}〕{number}号",
            f"国办发[{year}]{number}号",
            f"（{year}）苏0106民初{_some(dice, 4)}号",
            f"粤府令第{number}号",
            f"公示〔{year}〕第{number:03}号",
            f"建规〔{year}〕{number}号文",
        )
    )


def article(dice: random.Random) -> str:
    number = dice.choice(("三十八", "一百二十三", "五", "138", "二十一", "45"))
    item = f"第{dice.choice('一二三四')}款第（{dice.choice('一二三五')}）项"
    return f"《中华人民共和国{dice.choice(LAWS)}》第{number}条{item}"


def standard(dice: random.Random) -> str:
    return dice.choice(
        (
            "GB/T 22239-2019",
            "GB 50300-2013",
            "GB/T 19001-2016/ISO 9001:2015",
            "DB44/T 2158-2019",
            "HJ 2.1-2016",
            "JGJ 59-2011",
            "GB/T 9704—2012",
            "CJJ 1-2008",
            "GB 18030-2022",
            "DL/T 5161.17-2018",
        )
    )


def serial(dice: random.Random) -> str:
    now = f"{dice.randint(2019, 2027)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    return dice.choice(
        (
            f"受理编号{now}{_some(dice, 4)}",
            f"项目代码{dice.randint(17, 27)}{dice.randint(1, 12):02}-441625-04-01-{_some(dice, 6)}",
            f"许可证编号4416252{now}{_some(dice, 3)}",
            f"档号DJ-{now[:4]}-{_some(dice, 4)}",
            f"不动产权第{_some(dice, 7)}号",
            f"合同编号HT{now}{_some(dice, 3)}",
            f"粤ICP备{_some(dice, 8)}号",
            f"行政区划代码{dice.choice(('441625', '320106'))}",
            f"资质证书编号D{_some(dice, 9)}",
            f"统一受理号441625{now}{_some(dice, 4)}",
            f"邮政编码{dice.choice(('517500', '210000'))}",
        )
    )


def office_place(dice: random.Random) -> str:
    return dice.choice(
        (
            f"{dice.choice(BODIES)}三楼会议室",
            "行政服务中心2楼建设窗口（8号窗口）",
            f"{dice.choice(TOWNS)}{dice.choice(VILLAGES)}道路硬化工程",
            f"{dice.choice(ROADS)}至{dice.choice(ROADS)}段改造工程",
            f"{dice.choice(VILLAGES)}村民委员会",
            f"{dice.choice(TOWNS)}便民服务中心",
            "各村（社区）党组织",
            "老旧小区改造第3标段",
            f"K{dice.randint(1, 99)}+{_some(dice, 3)}处",
            "施工现场2号楼基坑",
        )
    )


def extension(dice: random.Random) -> str:
    return dice.choice(
        (
            f"分机{_some(dice, 4)}",
            f"内线{_some(dice, 3)}转{_some(dice, 4)}",
            "拨打12388举报",
            "政务服务热线12345",
            f"短号6{_some(dice, 5)}",
            f"转{_some(dice, 4)}",
        )
    )


def network(dice: random.Random) -> str:
    return dice.choice(
        (
            f"服务器地址{dice.randint(100, 192)}.{dice.randint(16, 254)}.{dice.randint(1, 254)}.{dice.randint(1, 254)}",
            "http://example.gov.cn/2026/0318/c1234a5678.html",
            f"V{dice.randint(1, 9)}.{dice.randint(0, 20)}.{dice.randint(0, 300)}",
        )
    )


def measure(dice: random.Random) -> str:
    return dice.choice(
        (
            f"建筑面积{dice.randint(100, 99999)}.{_some(dice, 2)}平方米",
            f"容积率{dice.randint(1, 4)}.{_some(dice, 1)}",
            f"办理时限{dice.randint(1, 20)}个工作日",
            f"第{dice.randint(1, 20)}标段",
            "1、3、5、6、7、8、9、10、11项",
            f"{dice.randint(1, 12)}月{dice.randint(1, 28)}日{dice.randint(8, 18)}时{dice.randint(10, 59)}分",
            f"比例{dice.randint(1, 99)}.{_some(dice, 2)}%",
            f"共{dice.randint(1, 5000)}件",
            "二〇二六年一季度",
            "一是、二是、三是",
            "“一把手”“八小时以外”",
            f"东经{dice.randint(112, 118)}.{_some(dice, 6)}，北纬2{dice.randint(1, 9)}.{_some(dice, 6)}",
            f"{dice.randint(1, 30)}座桥梁",
            f"{dice.randint(2, 60)}组数据",
        )
    )


def credit(dice: random.Random) -> str:
    return f"统一社会信用代码{credit_code(dice)}" if dice.random() < 0.5 else f"（{credit_code(dice)}）"


PIECES = (day, amount, document, article, standard, serial, office_place, extension, network, measure, credit)


def clean_text(dice: random.Random, carriers: list[str]) -> str:
    """One to four such pieces within an honest sentence."""
    text = dice.choice(carriers)
    for _ in range(dice.randint(1, 4)):
        piece = dice.choice(PIECES)(dice)
        at = dice.randint(0, len(text))
        text = (
            text[:at]
            + dice.choice(("，", "（", " ", "：", "、"))
            + piece
            + dice.choice(("，", "）", "。", "；", "\n"))
            + text[at:]
        )
    return text
