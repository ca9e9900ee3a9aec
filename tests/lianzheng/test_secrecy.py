"""A system that is not for state secrets takes in nothing that bears a mark of one, and gives nothing of it out."""

import io
import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.stash import STASH_KEY
from documents.rendering import printer, secrecy, xlsx
from drills.plumbing.forms import forms_of
from paper import Column, PaperError
from registers.importing import reading
from registers.importing.guards import Unreadable
from registers.models import Block, Regulation, RoleGrant
from registers.personal_data import secrecy_mark
from tests import factories
from tests.registers.workbooks import workbook
from tests.world import make_world

LEVELS = ("绝密", "机密", "秘密")
WRITTEN = (
    "{0}★", "{0}★10年", "{0}★长期", "{0} ★ 1年", "{0}☆", "{0}*", "{0}＊3年", "{0}级★", "{1} {2}★",
    "{1}　{2}★5年", "密级：{0}", "密级:{0}", "密 级：{0}", "密级为{0}", "密级：{1} {2}", "【{0}】", "（{0}）",
    "{0}", "{0}文件", "{0}件", "某通知\n{0}\n正文", "{0}10年", "{0}长期", "  {0}  ", "\u200b{0}★",
    "{1}\u200b{2}★", "附件{0}★", "正文。{0}★20年。", "[{0}]", "{0}✩", "{0}⭐", "密级是{1}{2}",
    "\ufeff{0}\n", "{0}级★长期",
)  # fmt: skip
VARIANTS = [way.format(level, *level) for level, way in itertools.product(LEVELS, dict.fromkeys(WRITTEN))]
HARMLESS = (
    "泄露国家秘密", "违反保密规定，机密文件管理不严", "秘密级以上文件登记", "★重点岗位",
    "商业秘密、工作秘密不外传", "保密★", "机密文件柜钥匙由两人保管", "对涉及秘密的事项", "机要密码管理",
    "绝密电文的收发登记由两人办理", "泄密", "密切联系群众★", "第1密级以下", "秘密投票",
)  # fmt: skip


def test_a_hundred_ways_of_writing_a_mark_are_seen():
    assert len(VARIANTS) >= 99
    assert [text for text in VARIANTS if not secrecy_mark(text)] == []


def test_what_only_speaks_of_secrets_is_none():
    assert [text for text in HARMLESS if secrecy_mark(text)] == []


# Saving ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def filling(client, db):
    """Somebody who fills in his register: the address of a row, and the client."""
    world = make_world("s000", open_registers=False)
    with transaction.atomic():
        register = factories.make_register(world.posts["规划管理岗"], cycle=world.cycle)
        row = factories.make_row(register)
    client.force_login(world.people["规划管理岗"])
    return reverse("register_row_save", args=[register.pk, row.pk]), row


def test_a_marked_text_is_not_saved_and_is_given_back_for_changing(client, filling):
    url, row = filling
    sent = {"matter": "第一行\n机密★10年\n第二行", "act": "save", "again": ["甲", "乙"]}
    answer = client.post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "“机密★”" in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Block.objects.filter(matter__contains="机密").exists()
    (form,) = (form for form in forms_of(page) if form.action == url)
    assert form.fields == [("act", "save"), ("again", "甲"), ("again", "乙"), ("matter", sent["matter"])]


def test_what_was_given_back_and_changed_is_taken_in_once(client, filling):
    office = RoleGrant.objects.filter(role="office", unit=filling[1].register.bureau).first()
    client.force_login(office.user)
    url = reverse("regulation_add", args=[office.unit_id])
    (form,) = (form for form in forms_of(client.get(url).content.decode(), url) if form.action == url)
    form.put("title", "机密★管理制度")
    (again,) = (one for one in forms_of(client.post(url, dict(form.fields)).content.decode(), url) if one.action == url)
    assert again.value("title") == "机密★管理制度"
    again.put("title", "保密管理制度")
    assert client.post(url, dict(again.fields)).status_code == 302
    assert Regulation.objects.filter(title="保密管理制度").count() == 1


def test_autosave_is_told_in_one_sentence(client, filling):
    url, _ = filling
    answer = client.post(url, {"matter": "绝密★"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert "非涉密系统" in answer.json()["refusal"]


def test_before_sign_in_nothing_of_it_is_kept(client, filling):
    url, _ = filling
    client.logout()
    assert client.post(url, {"matter": "秘密★"}).status_code == 409
    assert STASH_KEY not in client.session
    assert client.post(url, {"matter": "没有标志"}).status_code == 302
    assert STASH_KEY in client.session


def test_a_password_is_looked_at_by_nobody(client, db):
    page = client.post(reverse("login"), {"username": "甲", "password": "机密★"})
    assert page.status_code == 200
    page = client.post(reverse("login"), {"username": "机密★", "password": "geheim 7"}).content.decode()
    assert "geheim 7" not in page


def test_the_page_of_everybody_says_what_the_system_is_not_for(client, filling):
    for url in (reverse("home"), reverse("account")):
        assert "本系统是非涉密系统" in client.get(url).content.decode()
    client.logout()
    for url in (reverse("login"), reverse("public")):
        assert "非涉密系统" in client.get(url).content.decode()


HEAD = ["序号", "岗位", "职权内容", "风险点", "风险等级", "防控措施"]


@pytest.mark.parametrize("place", range(1, 6))
def test_a_marked_workbook_is_refused_with_its_place(place):
    row = [1, "规划管理岗", "规划许可", "越权审批", "一级", "双人办理"]
    row[place] = "机密★10年"
    with pytest.raises(Unreadable, match="第2行有“机密★”标志"):
        reading.read(workbook([HEAD, row]))


def test_and_nothing_of_it_is_there_after_the_upload(client, filling, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("表.xlsx", workbook([HEAD, [1, "岗", "事", "秘密★", "一级", "措施"]]))
    client.force_login(RoleGrant.objects.filter(role="office").first().user)
    page = client.post(reverse("import"), {"file": file}, follow=True).content.decode()
    assert "秘密★" in page or "请" in page
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "秘密".encode() in path.read_bytes()]


# Giving out -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_no_paper_and_no_workbook_bears_a_mark(level):
    text = f"措施\n{level}★10年"
    with pytest.raises(PaperError, match="不得打印和导出"):
        printer.lay_out(f"<table><td>{text}</td></table>", title="表", issuer="", style="", page="")
    for value in (text, text + "长" * 20000):
        with pytest.raises(PaperError, match="不得打印和导出"):
            xlsx.write_table([Column("control", "措施")], [[value]], io.BytesIO(), title="表")


def test_marks_are_found_behind_html_and_words_about_secrets_are_printed():
    with pytest.raises(PaperError):
        secrecy.refuse_html("<p>甲</p><td>机密&#9733;</td>")
    with pytest.raises(PaperError):
        secrecy.refuse_html("<p>甲</p><td>绝密</td>")
    secrecy.refuse_html("<p>泄露国家秘密</p><td>★</td><td>机密文件管理</td>")
