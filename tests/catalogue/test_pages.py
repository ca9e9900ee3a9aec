"""The pages of the catalogue imports: template, upload, preview, marked file, confirm."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from jobs.models import Job
from registers.importing.catalogue import background, kinds
from registers.importing.catalogue.columns import NO, YES
from registers.models import Appointment, Unit
from tests import factories
from tests.catalogue.files import book, plan, template

pytestmark = pytest.mark.django_db
UNITS = ["机构名称", "上级机构", "性质"]


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def as_office(client, bureau):
    client.force_login(factories.grant(Role.OFFICE, bureau))
    return client


def send(client, kind: str, unit: Unit, data: bytes):
    file = SimpleUploadedFile("机构表.xlsx", data)
    return client.post(reverse("catalogue", args=[kind]), {"unit": unit.pk, "file": file})


def test_a_workbook_goes_from_upload_over_preview_to_done(as_office, bureau):
    answer = send(as_office, "organisation", bureau, book(机构=[UNITS, ["规划股"], ["一组", "规划股"]]))
    assert answer.status_code == 302
    page = as_office.get(answer.url)
    assert "规划股/一组" in page.content.decode()
    assert '<td class="fit"><small>机构</small>3</td>' in page.content.decode()
    assert not Unit.objects.filter(name="规划股").exists()
    answer = as_office.post(answer.url, {"act": "confirm", "seen": page.context["seen"]})
    assert answer.status_code == 302
    said = as_office.get(answer.url).content.decode()
    assert "新增机构" in said
    assert Unit.objects.get(name="一组").parent.name == "规划股"


def test_what_would_be_written_comes_before_what_stays(as_office, bureau):
    factories.make_section(bureau, "规划股")
    answer = send(as_office, "organisation", bureau, book(机构=[UNITS, ["规划股"], ["办公室"]]))
    page = as_office.get(answer.url)
    assert [change.action for change in page.context["page"]] == ["add", "same"]
    done = as_office.post(answer.url, {"act": "confirm", "seen": page.context["seen"]}, follow=True)
    assert f'href="{reverse("units")}">看单位与岗位' in done.content.decode()


def test_the_own_file_comes_back_with_its_errors_marked(as_office, bureau):
    answer = send(as_office, "organisation", bureau, book(机构=[UNITS, ["规划股", "没有的局", "乱写"]]))
    page = as_office.get(answer.url).content.decode()
    assert "共2处错误" in page
    assert "disabled>确认导入" in page
    marked = as_office.get(answer.url + "marked/")
    sheet = load_workbook(io.BytesIO(marked.content))["机构"]
    assert sheet["D1"].value == "问题"
    assert "没有“没有的局”这个机构" in sheet["D2"].value
    assert sheet["B2"].fill.start_color.rgb == sheet["C2"].fill.start_color.rgb != "00000000"
    assert as_office.post(answer.url, {"act": "confirm"}).status_code == 409
    assert Unit.objects.count() == 1


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(as_office, bureau):
    answer = send(as_office, "organisation", bureau, "姓名,用户名\n".encode("gb18030"))
    assert answer.status_code == 422
    assert "这是 CSV（文本）文件" in answer.content.decode()


def test_an_upload_belongs_to_its_sender_and_its_kind(as_office, bureau, client):
    answer = send(as_office, "organisation", bureau, book(机构=[UNITS, ["规划股"]]))
    assert as_office.get(answer.url.replace("organisation", "regulations")).status_code == 404
    client.force_login(factories.grant(Role.OFFICE, bureau, factories.make_user("另一人", "two")))
    assert client.get(answer.url).status_code == 404


def test_everybody_is_offered_what_he_may_keep_by_hand(bureau, client):
    section = factories.make_section(bureau)
    head = factories.make_user("股长", "head")
    Appointment.objects.create(post=factories.make_post(section, head=True), user=head)
    offered = {
        Role.OFFICE: ["organisation", "people", "regulations", "powers"],
        Role.SYSTEM_ADMIN: ["accounts"],
        Role.SECURITY_ADMIN: [],
        Role.DISCIPLINE: [],
    }
    for role, found in offered.items():
        user = factories.grant(role, bureau)
        assert [one.key for one in kinds.open_to(user)] == found
        client.force_login(user)
        assert client.get(reverse("catalogues")).status_code == (200 if found else 403)
    assert [one.key for one in kinds.open_to(head)] == ["powers"]
    client.force_login(head)
    assert client.get(reverse("catalogue", args=["organisation"])).status_code == 403
    assert client.get(reverse("catalogue_template", args=["powers"])).status_code == 200


@pytest.mark.parametrize("kind", sorted(kinds.CATALOGUES))
def test_every_template_has_heads_notes_and_lists_and_brings_nothing_in(bureau, kind):
    factories.make_post(factories.make_section(bureau))
    factories.make_cycle(bureau)
    user = factories.grant(Role.SYSTEM_ADMIN if kind == "accounts" else Role.OFFICE, bureau)
    data = template(kind, bureau)
    assert template(kind, bureau) == data
    made = load_workbook(io.BytesIO(data))
    tables = kinds.CATALOGUES[kind].tables
    assert made.sheetnames[: len(tables)] == [table.name for table in tables]
    for table in tables:
        sheet = made[table.name]
        assert [cell.value.rstrip("*") for cell in sheet[2]] == [column.title for column in table.columns]
        assert sheet["A3"].value.startswith("【说明】")
        listed = {
            str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation if rule.type == "list"
        }
        choices = [n for n, column in enumerate(table.columns) if column.kind == "flag" or column.offers == "units"]
        assert {f"{sheet.cell(4, n + 1).coordinate}" for n in choices} <= listed
    assert made["选项"].sheet_state == "hidden" if len(made.sheetnames) > len(tables) else True
    found = plan(kind, data, bureau, user)
    assert (found.changes, [message.said for message in found.errors]) == ([], ["表里没有可以导入的行。"])


def test_a_template_with_what_there_is_comes_back_as_no_change(bureau):
    office = factories.grant(Role.OFFICE, bureau)
    section = factories.make_section(bureau, duties="规划。\n许可。", opened_on="2012-03-01")
    post = factories.make_post(section, priority=True, duties="=1+1")
    Appointment.objects.create(post=post, user=factories.make_user("甲", "jia"))
    factories.make_regulation(bureau)
    for kind in ("organisation", "people", "regulations"):
        found = plan(kind, template(kind, bureau, filled=True), bureau, office)
        assert not found.errors
        assert {change.action for change in found.changes} == {"same"}


def test_a_long_list_is_imported_in_the_background(client, bureau, monkeypatch):
    monkeypatch.setattr(background, "LONG", 2)
    admin = factories.grant(Role.SYSTEM_ADMIN, bureau)
    client.force_login(admin)
    rows = [["姓名", "用户名"], *([f"人员{n}", f"renyuan{n}"] for n in range(5))]
    answer = send(client, "accounts", bureau, book(账号=rows))
    page = client.get(answer.url)
    assert "在后台导入" in page.content.decode()
    answer = client.post(answer.url, {"act": "confirm", "seen": page.context["seen"]})
    job = Job.objects.get()
    assert answer.url == reverse("job_detail", args=[job.pk])
    assert job.kind == background.KIND
    assert not User.objects.filter(username="renyuan0").exists()


def test_the_words_for_yes_and_no_are_what_the_lists_offer():
    assert (YES, NO) == ("是", "否")
