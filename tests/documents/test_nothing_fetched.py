"""Printing asks nobody for anything: no connection, and no file but the fonts of the installation."""

import socket
from pathlib import Path

import pytest

from documents.rendering import fonts, official, pdf, printer
from paper.official import Attachment, Letter
from tests.documents.letters import table
from tests.paper.samples import form

TRAPS = (
    '<img src="http://127.0.0.1:9/x.png">',
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    '<object data="file:///etc/passwd"></object>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>',
    "<style>@import url(http://127.0.0.1:9/y.css); body { background: url(file:///etc/hosts) }</style>",
)


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Every address that the printer was asked for, from a cold start; connecting is an error."""
    addresses: list[str] = []
    fetch = printer.NoOutsideFetcher.fetch

    def note(self, url, headers=None):
        addresses.append(url)
        return fetch(self, url, headers)

    def refuse(*args):
        raise AssertionError("a connection was made")

    monkeypatch.setattr(printer.NoOutsideFetcher, "fetch", note)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    for made in (printer._prepared, printer._fonts_of):
        made.cache_clear()
    yield addresses
    for made in (printer._prepared, printer._fonts_of):
        made.cache_clear()


def our_fonts() -> set[str]:
    return {Path(face.path).as_uri() for face in fonts.chain().by_file()}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_form_and_a_letter_fetch_only_fonts(asked, trap):
    pdf.render(form(1, title=trap, footnote=trap))
    letter = Letter(
        issuer=trap, title=trap, number=trap, addressee=trap, paragraphs=[trap], note=trap, copies_to=[trap],
        attachments=[Attachment(trap, [table()], note=trap)],
    )  # fmt: skip
    official.render(letter)
    assert set(asked) <= our_fonts()


def test_what_is_laid_out_without_being_escaped_still_fetches_nothing(asked):
    """The second wall: even HTML that slipped through may name what it likes."""
    style, page = printer.sheet("official.css"), "@page { size: A4 }"
    with printer.printing():
        layout = printer.lay_out("".join(TRAPS), title="甲", issuer="局", style=style, page=page)
        data = layout.write_pdf()
    assert b"root:" not in data
    tried = set(asked) - our_fonts()
    assert tried  # they were asked for, and refused:
    for url in tried:
        with pytest.raises(ValueError, match="refused"):
            printer.NoOutsideFetcher(our_fonts()).fetch(url)


def test_the_fonts_are_those_of_the_installation_and_no_others():
    allowed = printer._fonts_of(fonts.chain())[0]._allowed
    assert allowed == our_fonts()
