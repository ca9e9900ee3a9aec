"""On the screen a form is a real table, and nobody's text becomes markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from paper import Column, Document, Opinion, OpinionCell, Table, render
from paper.text import clean
from tests.paper.samples import form


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_headings_name_their_columns_and_rows():
    page = _Reader(render(form()))
    scopes = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert all(scopes)
    assert scopes.count("rowgroup") == 2
    assert scopes.count("colgroup") == 1
    assert [attrs.get("class") for tag, attrs in page.tags if tag == "caption"] == ["paper-hidden"]


def test_lines_are_a_list_and_a_level_has_its_word():
    html = render(form())
    assert '<ol class="paper-lines"><li>严格执行首问负责制' in html
    assert '<span class="level level-grave">一级</span>' in html


def test_opinions_are_signed_in_their_boxes():
    html = render(form())
    assert "副局长 乙（代分管副局长）" in html
    assert "（待办理）" in html
    assert '封存 <span class="paper-digest">3fa9 c0de' in html


def test_an_empty_table_says_so():
    assert "（无）" in render(form(tables=[Table([Column("a", "甲列")])]))


def test_the_content_policy_is_kept():
    html = render(form(), anchors=True)
    assert "style=" not in html
    assert "<script" not in html


@given(st.text(min_size=1))
def test_no_text_becomes_markup(text):
    def paper(said: str) -> Document:
        return Document(
            title="表" + said, number=said, head=[(said, said)], footnote=said, digest=said, feet=[(said, said)],
            tables=[Table([Column("a", said, group=said)], [[said], [[said, said]]], caption=said)],
            opinions=[OpinionCell("栏" + said, [Opinion(said)])],
        )  # fmt: skip

    plain = [tag for tag, _ in _Reader(render(paper("字"))).tags]
    found = [tag for tag, _ in _Reader(render(paper(clean(text).strip() or "字"))).tags if tag != "br"]
    assert found == plain
