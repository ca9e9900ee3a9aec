"""字体: the system administrator sees what stands in for what, and which characters of a text nobody can print."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from documents.rendering import coverage, fonts, installed
from documents.rendering.specimen import specimen
from documents.views.fonts import LONGEST
from tests.factories import grant, make_bureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(grant(Role.SYSTEM_ADMIN, make_bureau()))
    return client


@pytest.fixture
def fresh():
    fonts._chain.cache_clear()
    yield
    fonts._chain.cache_clear()


def test_every_face_of_the_standard_is_listed_with_its_font_and_what_that_covers(admin):
    text = admin.get(reverse("fonts")).content.decode()
    for row in coverage.in_use():
        assert row.wanted in text
        assert row.family in text
        assert f"{row.gb2312}%" in text
    assert "LIANZHENG_FONTS=title=" in text


def test_own_fonts_are_told_from_those_that_stand_in(admin, settings, fresh):
    path = installed.system_faces()["Noto Sans CJK SC"].path
    settings.FONTS = [f"fangsong={path}"]
    rows = {row.key: row for row in coverage.in_use()}
    assert rows["fangsong"].source == "本单位自备"
    assert not coverage.stands_in(rows["fangsong"])
    assert coverage.stands_in(rows["title"])
    assert path in admin.get(reverse("fonts")).content.decode()


def test_without_the_packaged_fonts_noto_stands_in_and_the_page_says_so(admin, monkeypatch, tmp_path, fresh):
    monkeypatch.setattr(installed, "PACKAGED", tmp_path)
    fonts._chain.cache_clear()
    assert {row.source for row in coverage.in_use()} == {"系统自带"}
    assert "由下表的开放字体代替" in admin.get(reverse("fonts")).content.decode()


def test_a_character_without_glyph_is_named_with_its_place(admin):
    text = admin.post(reverse("fonts"), {"text": "张三\n李\ue000四\ue000"}).content.decode()
    assert "U+E000" in text
    assert "第 2 行第 2 字" in text
    assert text.count("U+E000") == 1
    assert "每个字都能打印" in admin.post(reverse("fonts"), {"text": "张三㛃䶮𬱖〇①Ⅲ〔〕"}).content.decode()


def test_characters_that_another_font_lends_are_named_with_it():
    rows = {found.sign: found for found in coverage.lent("张㛃三")}
    if coverage.in_use()[1].gbk < 100:
        assert rows["㛃"].lender
    assert "张" not in rows


@pytest.mark.parametrize("text, said", [("  ", "请先粘贴"), ("字" * (LONGEST + 1), "请分几次检查")])
def test_nothing_and_too_much_are_answered_with_a_sentence(admin, text, said):
    assert said in admin.post(reverse("fonts"), {"text": text}).content.decode()


def test_the_specimen_is_a_pdf_with_every_face(admin):
    answer = admin.get(reverse("fonts_specimen"))
    assert answer.content.startswith(b"%PDF")
    assert "黑体" in " ".join(text for _, text in specimen("局").texts())


def test_a_wrong_setting_is_said_on_the_page(admin, settings, fresh):
    settings.FONTS = ["/no/such/font.ttf"]
    assert "字体文件不存在" in admin.get(reverse("fonts")).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.LEADER])
def test_nobody_else_sees_the_page(client, role):
    client.force_login(grant(role, make_bureau()))
    assert client.get(reverse("fonts")).status_code == 403
    assert client.get(reverse("fonts_specimen")).status_code == 403
