"""Handing out, sending in, comparing and taking back an offline form in the browser."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from audit.models import Event
from registers.content import content_of
from registers.importing import reading
from registers.models import OfflineForm, Register
from registers.offline import stash
from registers.offline.ground import Ground
from registers.rows import ResponsibleData, data_of, rows_of
from registers.services import editing, offline
from tests import factories as make
from tests.offline.sheets import Desk, workbook_of
from tests.world import make_world
from workflow import desks
from workflow.acts import Act
from workflow.models import Task
from workflow.services import filling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def post():
    section = make.make_section(make.make_bureau())
    make.make_post(section, "规划股股长", head=True)
    return make.make_post(section)


@pytest.fixture
def clerk(post):
    return make.appoint(post)


@pytest.fixture
def register(post, clerk):
    register = make.make_register(post, filler=clerk)
    Task.objects.create(register=register, step=register.step, round=1, desk=desks.of_post(post.pk))
    make.make_row(register, make.make_power(post, steps=("受理", "审查")), factors={"likely": "low", "harm": "low"})
    return register


@pytest.fixture
def signed(client, clerk):
    client.force_login(clerk)
    return client


@pytest.fixture
def form(register, clerk):
    return offline.issue(register=register, by=clerk)


def xlsx(data: bytes, name: str = "登记表.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def send(client, *files):
    return client.post(reverse("offline"), {"files": list(files)})


def told(client, *files) -> str:
    """The page one lands on after sending files in."""
    response = client.post(reverse("offline"), {"files": list(files)}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def edited(form: OfflineForm, line: int = 1, **words: str) -> bytes:
    desk = Desk(workbook_of(form))
    desk.type(line, **words)
    return desk.saved()


def change_here(register: Register, clerk, **fields) -> None:
    """The same row, changed in the browser meanwhile."""
    block = rows_of(register).get()
    data = data_of(block)
    point = replace(data.points[0], **fields)
    editing.save_block(block=block, by=clerk, seen=block.row_version, data=replace(data, points=(point,)))


def test_the_filling_page_hands_out_a_workbook_that_can_be_fetched_again(signed, register):
    assert (
        reverse("offline_issue", args=[register.pk])
        in signed.get(reverse("register_fill", args=[register.pk])).content.decode()
    )
    page = signed.post(reverse("offline_issue", args=[register.pk]), follow=True).content.decode()
    url = reverse("offline_workbook", args=[OfflineForm.objects.get().token])
    assert url in page
    assert "下载工作簿" in page
    once, again = signed.get(url), signed.get(url)
    assert once.content == again.content
    assert "filename*=UTF-8''" in once["Content-Disposition"]
    assert Event.objects.filter(verb="offline.issue").count() == 1
    assert reverse("offline") in signed.get(reverse("home")).content.decode()


def test_what_was_changed_in_the_workbook_is_shown_and_then_written_with_one_event(signed, register, form):
    response = send(signed, xlsx(edited(form, p_name="拖延不办")))
    page = signed.get(response.url).content.decode()
    assert "将写入：离线表里的改动" in page
    assert "拖延不办" in page
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    before = Event.objects.count()
    done = signed.post(response.url, {"seen": seen})
    assert done.url == reverse("register_fill", args=[register.pk])
    assert content_of(register)["rows"][0]["points"][0]["name"] == "拖延不办"
    assert Event.objects.count() == before + 1
    assert Event.objects.first().verb == "offline.return"


def test_a_conflict_is_decided_cell_by_cell_and_nothing_is_written_before(signed, register, form, clerk):
    change_here(register, clerk, name="在网上改的")
    response = send(signed, xlsx(edited(form, p_name="离线改的", p_manifestation="离线写的表现形式")))
    page = signed.get(response.url).content.decode()
    for text in ("离线改的", "在网上改的", "越权审批", "两边都改了"):
        assert text in page
    assert page.count('value="theirs"') == 1
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    refused = signed.post(response.url, {"seen": seen})
    assert refused.status_code == 422
    assert "还有 1 处没有选定" in refused.content.decode()
    assert content_of(register)["rows"][0]["points"][0]["name"] == "在网上改的"
    choice = re.search(r'name="(choose-[^"]+)"', page).group(1)
    signed.post(response.url, {"seen": seen, choice: "theirs"})
    point = content_of(register)["rows"][0]["points"][0]
    assert (point["name"], point["manifestation"]) == ("离线改的", "离线写的表现形式")


def test_what_was_compared_must_still_be_so_and_the_choices_survive(signed, register, form, clerk):
    change_here(register, clerk, name="在网上改的")
    response = send(signed, xlsx(edited(form, p_name="离线改的")))
    page = signed.get(response.url).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    choice = re.search(r'name="(choose-[^"]+)"', page).group(1)
    change_here(register, clerk, manifestation="又在网上改了表现形式")
    again = signed.post(response.url, {"seen": seen, choice: "theirs"})
    html = again.content.decode()
    assert again.status_code == 409
    assert "比较之后登记表又有改动" in html
    assert content_of(register)["rows"][0]["points"][0]["name"] == "在网上改的"
    assert re.search(rf'name="{choice}" value="theirs" required checked', html)
    seen = re.search(r'name="seen" value="(\w+)"', html).group(1)
    signed.post(response.url, {"seen": seen})
    point = content_of(register)["rows"][0]["points"][0]
    assert (point["name"], point["manifestation"]) == ("离线改的", "又在网上改了表现形式")


def test_errors_are_told_by_sheet_row_and_column_and_nothing_is_written(signed, register, form):
    data = edited(form, p_kind="没有这一类", c_due_on="下个月", p_name="长" * 501, p_manifestation="改了")
    html = told(signed, xlsx(data))
    for text in ("“填写”F6", "列表中没有“没有这一类”", "不是日期", "最多 500 个字，现在有 501 个"):
        assert text in html
    assert "按比较结果写入" not in html
    token = re.search(r"/offline/([\w-]{20,})/1/marked/", html).group(1)
    back = signed.get(reverse("offline_marked", args=[token, 1]))
    assert back.status_code == 200
    assert back.content.startswith(b"PK")
    assert content_of(register)["rows"][0]["points"][0]["manifestation"] != "改了"


def foreign_book() -> bytes:
    book = Workbook()
    book.active.append(["序号", "风险点"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_each_file_that_cannot_be_taken_gets_its_sentence(signed, client, register, form, clerk):
    other = make.make_post(register.unit, "选址岗")
    theirs = offline.issue(
        register=make.make_register(other, cycle=register.cycle, filler=make.appoint(other)),
        by=other.appointments.get().user,
    )
    away = make.make_post(make.make_section(make.make_bureau("县水务局")), "水务岗")
    far = offline.issue(register=make.make_register(away, filler=make.appoint(away)), by=away.appointments.get().user)
    unknown = offline.issue(register=register, by=clerk)
    unknown_data = workbook_of(unknown)
    unknown.delete()
    html = told(
        signed,
        xlsx(foreign_book(), "别的.xlsx"),
        xlsx(b"not a workbook", "坏的.xlsx"),
        xlsx(unknown_data, "不认识.xlsx"),
        xlsx(workbook_of(far), "外单位.xlsx"),
        xlsx(workbook_of(theirs), "别人的.xlsx"),
        xlsx(workbook_of(form), "好的.xlsx"),
        xlsx(workbook_of(form), "又一份.xlsx"),
    )
    for text in (
        "不是从本系统导出的离线登记表", "没有这个编号的离线登记表", "别的单位的", "只能由它的填报人交回",
        "只能交一个；先传的是“好的.xlsx”", "没有改动",
    ):  # fmt: skip
        assert text in html, text
    assert html.count("不能接收") == 6


@pytest.mark.parametrize("value", ["[1, 2, 3]", "[null, null, null]", "[" * 40_000, '{"a": 1, "b": 2, "c": 3}', "1"])
def test_nonsense_in_the_hidden_property_is_no_form_and_no_fault_of_ours(signed, value):
    told_there = f'<Properties><property name="offline-form"><x>{value}</x></property></Properties>'
    stream = io.BytesIO(foreign_book())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("docProps/custom.xml", told_there)
    assert "不是从本系统导出的离线登记表" in told(signed, xlsx(stream.getvalue()))


def test_two_pages_note_their_choices_at_once(clerk):
    batch = stash.new(clerk)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(stash.keep, batch) for _ in range(200)]:
            done.result()
    assert stash.find(batch.token, clerk) == batch


def test_a_workbook_that_cannot_be_marked_is_refused_with_a_sentence(signed, register, form, monkeypatch):
    html = told(signed, xlsx(edited(form, c_due_on="下个月")))
    token = re.search(r"/offline/([\w-]{20,})/1/marked/", html).group(1)
    monkeypatch.setattr(reading, "PATIENCE", 0.01)
    answer = signed.get(reverse("offline_marked", args=[token, 1]))
    assert answer.status_code == 409
    assert "原表不能标注" in answer.content.decode()


def test_a_form_that_came_back_or_whose_register_moved_on_is_refused(signed, register, form, clerk):
    other = offline.issue(register=register, by=clerk)
    data, late = workbook_of(form), workbook_of(other)
    response = send(signed, xlsx(data))
    page = signed.get(response.url).content.decode()
    signed.post(response.url, {"seen": re.search(r'name="seen" value="(\w+)"', page).group(1)})
    assert "只能交回" not in told(signed, xlsx(late))
    assert "已于" in told(signed, xlsx(data))
    assert "不能再交一次" in told(signed, xlsx(data))
    editing.save_block(
        block=(block := rows_of(register).get()), by=clerk, seen=block.row_version,
        data=make_ready(data_of(block), register),
    )  # fmt: skip
    filling.submit(register=register, by=clerk, act=Act())
    assert "登记表办理中，不能再接收" in told(signed, xlsx(late))


def make_ready(data, register):
    return replace(data, responsible={"direct": ResponsibleData(register.post_id)})


def test_nobody_else_fetches_a_form_or_sees_a_batch(signed, client, register, form, django_assert_max_num_queries):
    response = send(signed, xlsx(workbook_of(form)))
    colleague = make.appoint(register.post)
    client.force_login(colleague)
    assert client.get(reverse("offline_workbook", args=[form.token])).status_code == 404
    assert client.get(response.url).status_code == 404
    assert client.post(reverse("offline_issue", args=[register.pk])).status_code == 403


def test_an_upload_without_a_file_asks_for_one(signed):
    response = signed.post(reverse("offline"))
    assert response.status_code == 422
    assert "必填" in response.content.decode()


@pytest.mark.parametrize(("scope", "who"), [("section", "规划股股长"), ("bureau", "办公室甲")])
def test_a_sections_and_a_bureaus_form_is_for_who_fills_it(client, scope, who):
    world = make_world("s000")
    register = world.register(scope)
    client.force_login(world.people["主要领导"])
    assert client.post(reverse("offline_issue", args=[register.pk])).status_code in (403, 404)
    client.force_login(world.people[who])
    assert client.post(reverse("offline_issue", args=[register.pk])).status_code == 302
    form = OfflineForm.objects.get()
    post = Ground.of(form).words.lists["post"][0][0]
    page = told(client, xlsx(edited(form, matter="印章管理", p_name="擅自用章", post=post)))
    assert "新的一行“印章管理”" in page


def test_a_long_form_is_compared_in_a_bounded_number_of_queries(
    signed, register, form, clerk, django_assert_max_num_queries
):
    response = send(signed, xlsx(edited(form, p_name="拖延不办")))
    with django_assert_max_num_queries(35):
        signed.get(response.url)
    for number in range(30):
        make.make_row(register, name=f"风险点{number}")
    longer = offline.issue(register=register, by=clerk)
    response = send(signed, xlsx(edited(longer, p_name="拖延不办")))
    with django_assert_max_num_queries(35):
        assert "将写入" in signed.get(response.url).content.decode()
