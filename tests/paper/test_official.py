"""A letter as data and as HTML: what it checks, what it makes of what people type, and that nothing escapes."""

from datetime import date

import pytest

from paper import Column, Table
from paper.official import Attachment, Letter, Office, Paragraph, official_number, paragraphs_of, render_html
from paper.official.title import title_lines

TABLE = Table((Column("a", "栏"),), [["内容"]])


def letter(**given) -> Letter:
    return Letter(**{"title": "关于备案的报告", "issuer": "东源县建设局", **given})


@pytest.mark.parametrize(
    "typed", ["东建发[2026]5号", "东建发（2026）5号", "东建发(2026)5号", "东建发【2026】5号", "东建发〔2026〕5号"]
)
def test_the_year_of_a_number_stands_in_hexagonal_brackets(typed):
    assert official_number(typed) == letter(number=typed).number == "东建发〔2026〕5号"


@pytest.mark.parametrize(
    "text, level",
    [
        ("一、登记", 1),
        ("十一、其他", 1),
        ("（一）股室", 2),
        ("1.岗位", 3),
        ("（1）点", 4),
        ("现将", 0),
        ("2026年", 0),
        ("3.5倍", 0),
    ],
)
def test_the_level_is_seen_from_the_number(text, level):
    assert Paragraph(text).level == level


def test_only_the_first_sentence_of_a_heading_has_its_face():
    assert Paragraph("（一）股室。共三张。").parts == ("（一）股室。", "共三张。")
    assert Paragraph("一、登记情况").parts == ("一、登记情况", "")
    assert Paragraph("1.岗位。共三张。").parts == ("", "1.岗位。共三张。")


def test_what_was_typed_becomes_a_paragraph_for_each_line():
    assert [part.text for part in paragraphs_of("　　现将情况公示。\n\n 一、对象 \r\n")] == [
        "现将情况公示。",
        "一、对象",
    ]


def test_what_does_not_fit_is_refused():
    for wrong in ({"title": " "}, {"issuer": ""}, {"style": "order"}, {"copy_number": "甲"}):
        with pytest.raises(ValueError):
            letter(**wrong)
    with pytest.raises(ValueError):
        letter(style="letter", signers=["甲"])


def test_red_mark_copy_number_and_addressee_take_the_form_of_the_standard():
    assert letter().shown_mark == "东源县建设局文件"
    assert letter(style="letter").shown_mark == "东源县建设局"
    assert letter(style="plain").shown_mark == ""
    assert letter(copy_number="12").corner == (("copy", "000012"),)
    assert "县纪委监委：" in render_html(letter(addressee="县纪委监委:"))


def test_attachments_are_numbered_only_when_there_are_several():
    assert letter(attachments=[Attachment("目录", [TABLE])]).enclosed[0][0] == "附件"
    two = letter(attachments=["会议纪要。", Attachment("目录", [TABLE])])
    assert two.enclosed[0][0] == "附件2"
    assert two.attachments[0].name == "会议纪要"


def test_every_text_is_escaped():
    sign = "<b>&"
    whole = letter(
        title=f"标{sign}", issuer=f"局{sign}", number=sign, signers=[sign], addressee=sign, organ=sign, note=sign,
        copy_number="1", secrecy=sign, urgency=sign, paragraphs=[sign, f"一、{sign}"], copies_to=[sign],
        attachments=[Attachment(sign, [TABLE], note=sign)], printing=Office(sign, date(2026, 2, 15)),
    )  # fmt: skip
    for style in ("file", "letter", "plain"):
        signers = ["甲<b>"] if style == "file" else []
        html = render_html(
            letter(**{**{name: getattr(whole, name) for name in whole.__slots__}, "style": style, "signers": signers})
        )
        assert "<b>" not in html
        assert html.count("&lt;b&gt;&amp;") >= 12


def test_texts_name_every_printed_text_with_its_place():
    whole = letter(
        number="东建发〔2026〕5号", addressee="县纪委", paragraphs=["甲", "乙"],
        attachments=[Attachment("目录", [TABLE])], note="联系人", copies_to=["县监察局"], printing=Office("办公室"),
    )  # fmt: skip
    texts = dict(whole.texts())
    assert texts["正文第2段"] == "乙"
    assert texts["附件表格第1行“栏”"] == "内容"
    assert {"标题", "发文字号", "主送机关", "附件说明", "署名", "附注", "抄送机关", "印发机关"} <= set(texts)


@pytest.mark.parametrize(
    "title, lines",
    [
        ("整改通知书", ["整改通知书"]),
        (
            "东源县建设局关于2026年度廉政风险防控登记表备案的报告",
            ["东源县建设局关于2026年度", "廉政风险防控登记表备案的报告"],
        ),
        ("甲\n乙", ["甲", "乙"]),
    ],
)
def test_a_title_is_broken_between_words_into_even_lines(title, lines):
    assert title_lines(title) == lines


def test_a_title_line_never_begins_with_what_belongs_to_the_line_before():
    for length in range(15, 60):
        for line in title_lines("关于" + "建设的和“规划”、" * length):
            assert line[0] not in "的、”和"
            assert len(line) <= 20
