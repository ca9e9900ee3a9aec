"""Without Chinese fonts printing is refused with what to install, never tried (WeasyPrint would crash)."""

import shutil

import pytest

from documents import checks
from documents.rendering import fonts, installed, pdf, printer
from paper import FontsMissing, PaperError
from tests.paper.samples import form


@pytest.fixture
def bare(monkeypatch):
    """A machine without any font that we know."""
    monkeypatch.setattr(fonts, "system_faces", dict)
    fonts._chain.cache_clear()
    yield
    fonts._chain.cache_clear()


def test_no_chinese_font_is_refused_and_warned_of(bare):
    with pytest.raises(FontsMissing, match="fonts-noto-cjk"):
        pdf.render(form(1))
    [warning] = checks.chinese_fonts(None)
    assert warning.id == "documents.W001"
    assert "fonts-noto-cjk" in warning.msg


def test_a_machine_without_the_layout_library_says_what_to_install(monkeypatch):
    monkeypatch.setattr(printer, "HTML", None)
    with pytest.raises(PaperError, match="libpango-1.0-0"):
        pdf.render(form(1))


def test_with_fonts_there_is_no_warning():
    assert checks.chinese_fonts(None) == []


def test_listed_fonts_come_first(settings):
    path = fonts.system_faces()["Noto Sans CJK SC"].path
    settings.FONTS = [f"title={path}"]
    chain = fonts.chain()
    assert chain.title[0].own
    assert chain.title[0].path == path
    assert not chain.body[0].own
    assert pdf.render(form(1)).startswith(b"%PDF")


@pytest.mark.parametrize("item, said", [("/no/such/font.ttf", "不存在"), ("foot=/x.ttf", "没有“foot”这种用途")])
def test_a_wrong_setting_is_explained(settings, item, said):
    settings.FONTS = [item]
    with pytest.raises(PaperError, match=said):
        fonts.chain()


def test_fonts_are_found_without_the_fc_list_command(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert {family for _, _, [family], _ in installed.listed_faces()} <= {*installed.CHINESE, *installed.SIGNS}
    assert installed.listed_faces()
