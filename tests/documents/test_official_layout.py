"""GB/T 9704-2012, measured in the printed PDF: each figure of the standard within half a millimetre.

The number in brackets is the clause of the standard.
"""

from pathlib import Path

import pytest

from documents.rendering import fonts, installed, official
from tests.documents.letters import MM, Sheet, baseline, ink, report, sheets

EM = 156 / 28  # one character of 3号, as wide as 28 of them need
PITCH = 225 / 22  # one line
ABOVE = (PITCH - EM) / 2  # what a line has above its characters, and as much below
RED = (0.9, 0.0, 0.07)
TOLERANCE = 0.5

Measures = dict[str, tuple[float, float]]  # name → (measured, what the standard wants), in millimetres


@pytest.fixture(scope="module", params=["packaged", "system"])
def pages(request) -> list[Sheet]:
    """With the fonts of bin/run, and on a machine that could not get them."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "system":
            patch.setattr(installed, "PACKAGED", Path("/nonexistent"))
        fonts._chain.cache_clear()
        yield sheets(official.render(report()))
    fonts._chain.cache_clear()


def failures(pages: list[Sheet]) -> dict[str, str]:
    measured = {**page_measures(pages), **head_measures(pages), **text_measures(pages), **end_measures(pages)}
    return {
        name: f"{value:.2f} instead of {wanted:.2f} mm"
        for name, (value, wanted) in measured.items()
        if abs(value - wanted) > TOLERANCE
    }


def first_top(page: Sheet) -> float:
    """Where the first line of the type area begins."""
    return page.lines[0].y - baseline() * EM - ABOVE


def body_lines(page: Sheet) -> list:
    return [line for line in page.lines if abs(line.size - 15.79) < 0.1]


def page_measures(pages: list[Sheet]) -> Measures:
    """纸张、版心、行数字数 (5.1, 5.2) and 页码 (7.5)."""
    full = pages[1]
    lines = body_lines(full)
    whole = [line for line in lines if len(line.text) == 28]
    odd, even = pages[2].lines[-1], full.lines[-1]
    right = body_lines(pages[2])[0]
    dash_top, _ = ink("—", "body")
    return {
        "幅面宽 (5.1)": (full.width, 210),
        "幅面高 (5.1)": (full.height, 297),
        "天头 (5.2.1)": (first_top(full), 37),
        "地脚 (5.2.1)": (297 - (lines[-1].y + (1 - baseline()) * EM + ABOVE), 35),
        "订口，单页 (5.2.1)": (right.left, 28),
        "切口，单页 (5.2.1)": (210 - right.right, 26),
        "切口，双页": (min(line.left for line in lines), 26),
        "订口，双页": (210 - max(line.right for line in whole), 28),
        "版心宽 (5.2.1)": (whole[0].right - whole[0].left, 156),
        "版心高 (5.2.1)": (lines[-1].y - lines[0].y + PITCH, 225),
        "行距 (5.2.3)": ((lines[-1].y - lines[0].y) / 21, PITCH),
        "字号3号 (5.2.2)": (whole[0].size * MM, EM),
        "页码字号4号 (7.5)": (odd.size * MM, 14 * MM),
        "页码居右空一字，单页 (7.5)": (210 - 26 - odd.right, 14 * MM),
        "页码居左空一字，双页 (7.5)": (even.left - 26, 14 * MM),
        "一字线上距版心下边缘 (7.5)": (odd.y - dash_top * 14 * MM - (297 - 35), 7),
    }


def head_measures(pages: list[Sheet]) -> Measures:
    """版头 (7.2)."""
    first = pages[0]
    copy, secrecy, urgency = (first.line(text) for text in ("000012", "秘密★1年", "特急"))
    mark, number = first.line("文件"), first.line("〔2026〕")
    top, _ = ink(mark.text, "title")
    rule = next(rule for rule in first.rules if rule.colour == RED)
    first_line = 37 + ABOVE + baseline() * EM
    return {
        "份号在第一行 (7.2.1)": (copy.y, first_line),
        "份号顶格 (7.2.1)": (copy.left, 28),
        "密级在第二行 (7.2.2)": (secrecy.y, first_line + PITCH),
        "紧急程度在第三行 (7.2.3)": (urgency.y, first_line + 2 * PITCH),
        "发文机关标志上边缘至版心上边缘 (7.2.4)": (mark.y - top * mark.size * MM - 37, 35),
        "发文机关标志居中 (7.2.4)": ((mark.left + mark.right) / 2, 28 + 78),
        "发文字号在标志下空二行 (7.2.5)": (
            number.y - baseline() * EM - ABOVE - (mark.y + (1 - baseline()) * mark.size * MM), 2 * PITCH
        ),
        "上行文发文字号居左空一字 (7.2.5)": (number.at("东建发"), 28 + EM),
        "签发人居右空一字 (7.2.6)": (210 - 26 - number.end_of("甲"), EM),
        "红色分隔线在发文字号下 (7.2.7)": (rule.top - (number.y + (1 - baseline()) * EM), 4),
        "红色分隔线与版心等宽 (7.2.7)": (rule.right - rule.left, 156),
        "红色分隔线在版心左边 (7.2.7)": (rule.left, 28),
    }  # fmt: skip


def text_measures(pages: list[Sheet]) -> Measures:
    """主体: 标题、主送、正文 (7.3.1–7.3.3)."""
    first = pages[0]
    title = [line for line in first.lines if abs(line.size - 22) < 0.1]
    rule = next(rule for rule in first.rules if rule.colour == RED)
    to, heading, second = first.line("县纪委监委"), first.line("一、登记情况"), first.line("（一）股室")
    title_above = (PITCH - 22 * MM) / 2
    title_below = title[-1].y + (1 - baseline()) * 22 * MM + title_above
    measures = {
        f"标题第{index}行居中 (7.3.1)": ((line.left + line.right) / 2, 28 + 78) for index, line in enumerate(title, 1)
    }
    return measures | {
        "标题2号 (7.3.1)": (title[0].size * MM, 22 * MM),
        "标题在红线下空二行 (7.3.1)": (title[0].y - baseline() * 22 * MM - title_above - rule.bottom, 2 * PITCH),
        "主送机关在标题下空一行 (7.3.2)": (to.y - baseline() * EM - ABOVE - title_below, PITCH),
        "主送机关居左顶格 (7.3.2)": (to.left, 28),
        "正文首行空二字 (7.3.3)": (second.left, 28 + 2 * EM),
        "一级标题空二字 (7.3.3)": (heading.left, 28 + 2 * EM),
        "正文接主送机关下一行 (7.3.3)": (heading.y - to.y, PITCH),
    }


def end_measures(pages: list[Sheet]) -> Measures:
    """附件说明、署名、日期、附注 (7.3.4–7.3.7)、附件 (7.3.8) and 版记 (7.4)."""
    signed = next(page for page in pages if any("2026年2月15日" == line.text for line in page.lines))
    edge = 28 if pages.index(signed) % 2 == 0 else 26
    last_text, listed, next_listed = signed.line("特此报告"), signed.line("会议纪要"), signed.line("备案登记表目录")
    organ, day, note = signed.line("东源县建设局"), signed.line("2026年2月15日"), signed.line("联系人")
    enclosed, last = pages[-1], pages[-1]
    copies, office = last.line("抄送"), last.line("印发")
    name = next(line for line in enclosed.lines if abs(line.size - 22) < 0.1)
    black = [rule for rule in last.rules if rule.colour == (0.0, 0.0, 0.0) and rule.top > copies.y - 10]
    outer = max(black, key=lambda rule: rule.bottom - rule.top)
    inner = min((rule for rule in black if rule.bottom - rule.top > 15), key=lambda rule: rule.bottom - rule.top)
    left = 28 if len(pages) % 2 else 26
    small = 14 * MM
    return {
        "附件说明在正文下空一行 (7.3.4)": (listed.y - last_text.y, 2 * PITCH),
        "附件说明左空二字 (7.3.4)": (listed.left, edge + 2 * EM),
        "附件名称对齐 (7.3.4)": (next_listed.at("备案"), listed.at("会议")),
        "成文日期右空四字 (7.3.5)": (edge + 156 - day.right, 4 * EM),
        "署名以日期为准居中 (7.3.5)": ((organ.left + organ.right) / 2, (day.left + day.right) / 2),
        "署名在日期上一行 (7.3.5)": (day.y - organ.y, PITCH),
        "附注左空二字 (7.3.7)": (note.left, edge + 2 * EM),
        "附注在日期下一行 (7.3.7)": (note.y - day.y, PITCH),
        "附件二字在版心第一行 (7.3.8)": (first_top(enclosed), 37),
        "附件二字顶格 (7.3.8)": (enclosed.lines[0].left, left),
        "附件标题居中 (7.3.8)": ((name.left + name.right) / 2, left + 78),
        "附件标题在第三行 (7.3.8)": (name.y - enclosed.lines[0].y, 2 * PITCH + (22 * MM - EM) * (baseline() - 0.5)),
        "版记末线在版心最后一行 (7.4)": (outer.bottom, 297 - 35),
        "版记分隔线与版心等宽 (7.4.1)": (outer.right - outer.left, 156),
        "版记首末线粗 (7.4.1)": (outer.bottom - inner.bottom, 0.35),
        "抄送4号 (7.4.2)": (copies.size * MM, small),
        "抄送左空一字 (7.4.2)": (copies.left, left + small),
        "印发机关左空一字 (7.4.3)": (office.left, left + small),
        "印发日期右空一字 (7.4.3)": (left + 156 - office.right, small),
    }


def test_every_measure_of_the_standard_holds_within_half_a_millimetre(pages):
    measured = {**page_measures(pages), **head_measures(pages), **text_measures(pages), **end_measures(pages)}
    assert len(measured) > 50
    assert failures(pages) == {}


@pytest.mark.parametrize(
    "right, wrong, caught",
    [
        ("margin: 37mm", "margin: 38mm", "天头 (5.2.1)"),
        ("margin: 37mm 26mm 35mm 28mm", "margin: 37mm 26mm 35mm 27mm", "订口，单页 (5.2.1)"),
        ("15.79pt/28.99pt", "15.79pt/29.2pt", "版心高 (5.2.1)"),
        ("text-indent: 2em", "text-indent: 1.8em", "正文首行空二字 (7.3.3)"),
        ("padding-right: 4em", "padding-right: 3.8em", "成文日期右空四字 (7.3.5)"),
        ("margin-top: 1.67mm", "margin-top: 2.3mm", "红色分隔线在发文字号下 (7.2.7)"),
        ("padding: 3.84mm", "padding: 4.6mm", "一字线上距版心下边缘 (7.5)"),
    ],
)
def test_a_wrong_measure_is_caught(monkeypatch, right, wrong, caught):
    style, rules = official.sheet("official.css"), official._pages(report())
    assert right in style + rules
    monkeypatch.setattr(official, "sheet", lambda name: style.replace(right, wrong))
    monkeypatch.setattr(official, "_pages", lambda letter: rules.replace(right, wrong))
    assert caught in failures(sheets(official.render(report())))


def test_a_full_page_has_22_lines_of_28_characters(pages):
    lines = body_lines(pages[1])
    assert len(lines) == 22
    assert {len(line.text) for line in lines if line.text in "严格按照规定程序办理并接受监督" * 4} == {28}
