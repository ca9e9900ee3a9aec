"""What an official letter says and how, beyond its measures: signs, colours, page numbers, rare characters, bytes."""

import datetime
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader

from documents.rendering import official, printer, setting
from paper import MissingGlyph, PaperError, Table
from paper.official import Attachment, Letter, Office
from tests.documents.letters import MM, RARE, SENTENCE, WHOLE_LINES, baseline, report, sheets, table

RED = (0.9, 0.0, 0.07)


def short(**given) -> Letter:
    parts = {"style": "plain", "issuer": "东源县建设局", "title": "关于甲的公示", "paragraphs": [SENTENCE]}
    return Letter(**{**parts, **given})


def lines(letter: Letter) -> list[str]:
    return [line.text for page in sheets(official.render(letter)) for line in page.lines]


def test_number_addressee_date_and_copies_have_the_signs_of_the_standard():
    said = lines(report(paragraphs=["特此报告。"]))
    assert "东建发\u30142026\u30155号签发人：甲" in said
    assert "县纪委监委派驻第三纪检监察组\uff1a" in said
    assert "2026年2月15日" in said  # digits, no zero before the month
    assert "抄送：县监察局，县财政局。" in said
    assert "东源县建设局办公室2026年2月16日印发" in said
    assert "附件：1.会议纪要" in said
    assert "（联系人：办公室主任，电话：8330000）" in said


def test_mark_and_rule_are_red_and_text_is_black():
    [first, *_] = sheets(official.render(report(paragraphs=["特此报告。"])))
    colour = {line.text: line.chars[0].graphicstate.ncolor for line in first.lines}
    assert tuple(round(part, 2) for part in colour["东源县建设局文件"]) == RED
    others = {str(value) for text, value in colour.items() if "文件" not in text}
    assert len(others) == 1
    assert set(next(iter(others))) <= set("(0., )")
    assert [rule.colour for rule in first.rules if rule.bottom < 150] == [RED]


def test_each_part_is_set_in_its_face():
    [first, *_] = sheets(official.render(report(paragraphs=["一、登记", "（一）股室。共三张。", "特此报告。"])))
    chars = {char.get_text(): char.fontname for line in first.lines for char in line.chars}
    faces = [chars[sign] for sign in ("登", "股", "特")]
    wanted = {official.fonts.chain().of(role)[0] for role in ("hei", "kai", "fangsong")}  # Noto has no 楷 of its own
    assert len(set(faces)) == len(wanted)
    assert chars["秘"] == chars["登"]
    assert chars["甲"] == chars["股"]


def test_pages_are_numbered_between_dashes_on_the_outer_side():
    pages = sheets(official.render(short(paragraphs=[WHOLE_LINES])))
    assert len(pages) == 2
    numbers = [page.lines[-1] for page in pages]
    assert [line.text for line in numbers] == ["— 1 —", "— 2 —"]
    assert numbers[0].left > 150
    assert numbers[1].left < 40


def test_the_first_page_of_a_letter_in_style_letter_has_two_double_rules_and_no_number():
    letter = short(
        style="letter", number="东建函[2026]1号", urgency="加急", copies_to=["局机关纪委"], printing=Office("办公室")
    )
    [first] = sheets(official.render(letter))
    red = [rule for rule in first.rules if rule.colour == RED]
    assert min(rule.left for rule in red) == pytest.approx(20, abs=0.5)  # 10.1: 170 mm, in the middle of the paper
    assert max(rule.right for rule in red) == pytest.approx(190, abs=0.5)
    assert max(rule.bottom for rule in red) == pytest.approx(277, abs=0.5)
    mark = first.lines[0]
    assert mark.text == "东源县建设局"
    above, below = setting.blank_around("东源县建设局", official.fonts.chain().title[0])
    size = mark.size * MM
    assert mark.y - (baseline("title") - above) * size == pytest.approx(30, abs=0.5)
    assert min(rule.top for rule in red) - (mark.y + (1 - baseline("title") - below) * size) == pytest.approx(
        4, abs=0.5
    )
    assert first.line("东建函〔2026〕1号").right == pytest.approx(184, abs=0.5)
    assert not any("—" in line.text for line in first.lines if line.y > 262)
    assert not any("印发" in line.text for line in first.lines)


@pytest.mark.parametrize("text", [RARE * 60, f"{RARE}{SENTENCE}" * 6, "镕玥喆㙍堃" * 90])
def test_rare_characters_do_not_move_the_lines(text):
    [page, *_] = sheets(official.render(short(paragraphs=[text * 2])))
    body = [line.y for line in page.lines if abs(line.size - 15.79) < 0.1]
    gaps = {round(lower - upper, 1) for upper, lower in zip(body, body[1:], strict=False)}
    assert gaps == {round(225 / 22, 1)}
    assert len(body) == 20  # title and a blank line stand above


def test_no_line_begins_with_a_closing_sign_or_ends_with_an_opening_one():
    for shift in range(1, 29, 3):
        for line in lines(short(paragraphs=["甲" * shift + SENTENCE * 2]))[1:]:
            assert line[0] not in "、，。；：！？）》”〕—" or line.startswith("— ")
            assert line[-1] not in "（《“〔"


def test_the_number_of_a_document_is_not_torn():
    for shift in range(12):
        said = lines(short(paragraphs=["甲" * shift + "按照有关规定和工作要求办理（东建发〔2026〕12号）并公布结果"]))
        assert any("〔2026〕12号" in line for line in said)


def test_full_lines_reach_the_margin():
    [page] = sheets(official.render(short(paragraphs=[SENTENCE])))
    body = [line for line in page.lines if abs(line.size - 15.79) < 0.1]
    assert len(body) > 3
    for line in body[:-3]:
        assert line.right == pytest.approx(184, abs=0.5)


def test_a_signature_never_stands_on_a_page_without_text():
    for extra in range(14, 24):
        pages = sheets(official.render(short(paragraphs=["严" * 28 * extra], date=datetime.date(2026, 2, 5))))
        last = [line.text for line in pages[-1].lines]
        assert last[0].startswith("严") or len(pages) == 1
        assert "2026年2月5日" in last


def test_wide_attached_tables_lie_and_keep_the_number_at_the_side_of_the_sheet():
    wide = Attachment("公示内容", [table(rows=30, columns=9)])
    pages = sheets(official.render(short(attachments=[wide], copies_to=["县监察局"])))
    assert [(round(page.width), round(page.height)) for page in pages] == [
        (210, 297),
        *[(297, 210)] * (len(pages) - 2),
        (210, 297),
    ]
    for number, page in enumerate(pages[1:-1], 2):
        turned = [char for line in page.lines for char in line.chars if abs(char.matrix[0]) < 0.01]
        assert "".join(char.get_text() for char in turned).replace(" ", "") == f"—{number}—"
        assert max(char.x1 for char in turned) * MM < 35
    assert any("抄送" in line.text for line in pages[-1].lines)


def test_a_character_without_glyph_is_reported_with_its_place():
    with pytest.raises(MissingGlyph) as caught:
        official.render(short(paragraphs=["好。", "这里有\U0010fffd。"]))
    assert caught.value.place == "正文第2段"
    bad = Table(table().columns[:1], [["\U0010fffd"]])
    with pytest.raises(MissingGlyph, match="附件表格第1行“第1栏”"):
        official.render(short(attachments=[Attachment("目录", [bad])]))


def test_the_same_letter_gives_the_same_bytes():
    assert official.render(report()) == official.render(report())


def test_another_process_that_printed_other_papers_before_gives_the_same_bytes():
    script = (
        "import django, hashlib; django.setup()\n"
        "from documents.rendering import official, pdf\n"
        "from tests.documents.letters import report\n"
        "from tests.paper.samples import form\n"
        "pdf.render(form(1))\n"
        "print(hashlib.sha256(official.render(report())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(official.render(report())).hexdigest()


def test_properties_name_the_bureau_only():
    found = PdfReader(io.BytesIO(official.render(short(digest="甲")))).metadata
    assert dict(found) == {"/Title": "关于甲的公示", "/Author": "东源县建设局", "/Creator": "lianzheng"} | {
        "/Producer": found["/Producer"]
    }


def test_a_notice_that_many_fetch_at_once_is_printed_once(monkeypatch):
    letter, made = short(title="关于众人的公示"), []
    monkeypatch.setattr(official, "_kept", {})
    monkeypatch.setattr(official, "render", lambda one: made.append(one) or time.sleep(0.1) or b"%PDF")
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(official.printed, [letter] * 6)) == {b"%PDF"}
    assert made == [letter]
    for number in range(official.KEPT + 3):
        official.printed(short(title=f"关于第{number}件的公示"))
    assert len(official._kept) == official.KEPT


def test_who_waits_too_long_for_others_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(printer, "PATIENCE", 0.05)
    begun, over = threading.Event(), threading.Event()

    def long_paper():
        with printer.printing():
            begun.set()
            over.wait(10)

    other = threading.Thread(target=long_paper)
    other.start()
    begun.wait(10)
    try:
        with pytest.raises(PaperError, match="过一会儿"):
            official.render(short())
    finally:
        over.set()
        other.join()
    assert official.render(short()).startswith(b"%PDF")
