"""Printed letters of supervision: every sort of every plan, a card on one page, a missing character with its place."""

import datetime
import io

import pytest
from pypdf import PdfReader

from documents.supervision import as_pdf
from paper import MissingGlyph
from registers.schemes.parse import parse
from supervision import texts
from supervision.models import Letter
from tests.factories import scheme_text
from tests.plumbing.pdf import said_on

FACTS = "两件许可超过办理期限。\n现场核查只有一人签字。"
POINTS = [{"name": "现场核查流于形式", "level": "一级"}]
DAY = datetime.date(2026, 11, 30)


def letter_of(rule, bureau: str, facts: str = FACTS) -> Letter:
    said = texts.paragraphs(
        rule,
        subject="规划股规划管理岗",
        bureau=bureau,
        source=rule.sources[0],
        facts=facts,
        demand=rule.demand,
        points=POINTS,
        due_on=DAY if rule.days else None,
    )
    return Letter(
        name=rule.name,
        number="东建廉整〔2026〕3号",
        organ=texts.organ(rule, bureau),
        addressee="规划股规划管理岗",
        paragraphs=said,
        due_on=DAY if rule.days else None,
        issued_on=DAY,
        digest="3fa9c0de" * 8,
    )


def printed(letter: Letter, rule) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(letter, rule)))


@pytest.mark.parametrize("key", ["s000", "s001", "s002", "s003", "s004"])
def test_every_letter_of_every_plan_is_printed_on_one_page_with_all_it_says(key):
    spec = parse(scheme_text(key), name=key)
    assert spec.letters
    for rule in spec.letters:
        letter = letter_of(rule, spec.bureau)
        book = printed(letter, rule)
        text = "".join(map(said_on, book.pages))
        assert len(book.pages) == 1
        for said in (letter.name, letter.addressee, "一人签字", "现场核查流于形式（一级）", "2026年11月30日"):
            assert said in text, (key, rule.key, said)


def test_a_card_is_a_lying_a5_page_and_its_text_gets_smaller_before_it_runs_on():
    rule = parse(scheme_text("s001"), name="s001").letter("yellow")
    book = printed(letter_of(rule, "区环境保护局", "问" * 380), rule)
    width, height = (float(side) / 72 * 25.4 for side in book.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 148)
    assert len(book.pages) == 1
    assert len(printed(letter_of(rule, "区环境保护局", "问" * 1500), rule).pages) == 2


@pytest.mark.parametrize(("scheme", "key"), [("s001", "yellow"), ("s000", "rectify")])
def test_a_letter_that_was_taken_back_says_so_on_every_copy(scheme, key):
    rule = parse(scheme_text(scheme), name=scheme).letter(key)
    letter = letter_of(rule, "县建设局")
    assert "已撤销" not in said_on(printed(letter, rule).pages[0])
    letter.last = "revoke"
    assert "本文书已撤销" in said_on(printed(letter, rule).pages[0])


def test_a_character_that_no_font_has_is_named_with_its_place():
    rule = parse(scheme_text("s001"), name="s001").letter("yellow")
    with pytest.raises(MissingGlyph, match="卡片正文"):
        as_pdf(letter_of(rule, "区环境保护局", "\ue123"), rule)
