"""Upload, preview, confirm; and the same by command."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from audit.models import Event
from registers.importing import uploads
from registers.models import Block
from tests import factories
from tests.registers.workbooks import real_workbook, workbook

pytestmark = pytest.mark.django_db
HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施", "责任人"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办", "一级", "1.双人办理；2.限时办结", "股长"]


@pytest.fixture(autouse=True)
def _own_media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def cycle(bureau):
    return factories.make_cycle(bureau)


@pytest.fixture
def register(bureau, cycle):
    return factories.make_register(factories.make_section(bureau), cycle=cycle)


@pytest.fixture
def as_office(client, bureau):
    client.force_login(factories.grant(Role.OFFICE, bureau))
    return client


def send(client, bureau, cycle, data: bytes, name: str = "表.xlsx"):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("import"), {"unit": bureau.pk, "cycle": cycle.pk, "file": file})


def stored() -> list[str]:
    return sorted(path.suffix for path in (Path(settings.MEDIA_ROOT) / "imports").iterdir())


def test_a_table_is_uploaded_previewed_and_confirmed(as_office, bureau, cycle, register):
    answer = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    said = as_office.get(answer.url)
    text = said.content.decode()
    for word in ("越权审批", "双人办理", "对应第1个风险点", "新增", "确认导入"):
        assert word in text
    assert not Block.objects.exists()
    answer = as_office.post(answer.url, {"seen": said.context["seen"], "act": "confirm"}, follow=True)
    assert "导入完成" in answer.content.decode()
    assert "规划股" in answer.content.decode()
    assert [point.name for point in register.points.all()] == ["越权审批", "拖延不办"]
    assert stored() == [".json"]  # what became of it; the file is gone


def test_errors_are_shown_by_cell_and_there_is_nothing_to_confirm(as_office, bureau, cycle, register):
    answer = send(as_office, bureau, cycle, workbook([HEAD, [*ROW[:4], "高", *ROW[5:]]]))
    preview = as_office.get(answer.url)
    text = preview.content.decode()
    assert "第2行 E列（风险等级）" in text
    assert "方案没有“高”这个等级。" in text
    assert "可写的等级：一级、二级、三级" in text
    assert 'value="confirm"' not in text
    answer = as_office.post(answer.url, {"seen": preview.context["seen"], "act": "confirm"})
    assert answer.status_code == 409
    assert not Block.objects.exists()


def test_a_second_click_on_confirm_imports_once(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW])).url
    seen = as_office.get(url).context["seen"]
    as_office.post(url, {"seen": seen, "act": "confirm"})
    again = as_office.post(url, {"seen": seen, "act": "confirm"})
    assert again.url == as_office.get(url).url == reverse("import_done", args=[Event.objects.latest("pk").pk])
    assert register.blocks.count() == 1


def test_the_same_table_again_is_refused_in_the_preview(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW])).url
    as_office.post(url, {"seen": as_office.get(url).context["seen"], "act": "confirm"})
    text = as_office.get(send(as_office, bureau, cycle, workbook([HEAD, ROW])).url).content.decode()
    assert "已经导入过" in text
    assert 'value="confirm"' not in text


def test_a_file_that_cannot_be_taken_is_refused_on_the_form(as_office, bureau, cycle, register):
    answer = send(as_office, bureau, cycle, b"a,b,c", "表.csv")
    assert answer.status_code == 422
    assert "另存为“Excel 工作簿（*.xlsx）”" in answer.content.decode()


def test_cancelling_deletes_the_upload(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW])).url
    assert stored() == [".json", ".texts", ".xlsx"]
    as_office.post(url, {"act": "cancel"})
    assert stored() == []
    assert as_office.get(url).status_code == 404


def test_an_upload_is_only_for_who_sent_it(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW])).url
    as_office.force_login(factories.grant(Role.OFFICE, bureau))
    assert as_office.get(url).status_code == 404


def test_old_uploads_go(as_office, bureau, cycle, register, monkeypatch):
    send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    monkeypatch.setattr(uploads, "SHELF", replace(uploads.SHELF, seconds=-1))
    uploads.forget_old()
    assert stored() == []


@pytest.mark.parametrize("role", [None, Role.DISCIPLINE, Role.PUBLISHER])
def test_only_the_office_may_import(client, bureau, cycle, register, role):
    user = factories.grant(role, bureau) if role else factories.appoint(factories.make_post(register.unit))
    client.force_login(user)
    assert client.get(reverse("import")).status_code == 403


def test_another_bureaus_cycle_cannot_be_chosen(as_office, bureau, cycle, register):
    other = factories.make_cycle(factories.make_bureau("县交通局"))
    answer = send(as_office, bureau, other, workbook([HEAD, ROW]))
    assert answer.status_code == 422
    assert not Block.objects.exists()


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_imports_and_tells_what_it_made(tmp_path, bureau, cycle, register, capsys):
    file = tmp_path / "表.xlsx"
    file.write_bytes(workbook([HEAD, ROW]))
    call_command("import_table", str(file), unit="县建设局", cycle=cycle.pk, dry_run=True)
    assert "将写入：表中行 1" in capsys.readouterr().out
    assert not Block.objects.exists()
    call_command("import_table", str(file), unit=str(bureau.pk), cycle=cycle.pk, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["written"], told["counts"]["points"]) == (True, True, 2)
    assert register.blocks.count() == 1
    with pytest.raises(CommandError, match="已经导入过") as refusal:
        call_command("import_table", str(file), unit=str(bureau.pk), cycle=cycle.pk)
    assert refusal.value.returncode == 1


def test_the_command_lists_errors_and_ends_with_one(tmp_path, bureau, cycle, register, capsys):
    file = tmp_path / "13.xlsx"
    file.write_bytes(real_workbook("13"))
    with pytest.raises(CommandError) as refusal:
        call_command("import_table", str(file), unit="规划股", cycle=cycle.pk)
    assert refusal.value.returncode == 1
    assert "第3行 E列（等级）：“1中2低”写的是各等级的个数" in capsys.readouterr().out
    assert not Block.objects.exists()


def test_what_the_command_does_not_know_may_be_told_to_it(tmp_path, bureau, cycle, register, capsys):
    file = tmp_path / "表.xlsx"
    row = ["1", "规划、选址", "规划许可", "1.甲；2.乙；3.丙", "1高2低", "双人办理", "股长"]
    file.write_bytes(workbook([[*HEAD[:5], "怎么防", "责任人"], row, ["2", *row[1:3], "丁", "高", *row[5:]]]))
    told = {
        "heading": ["怎么防=防控措施"],
        "level": ["高=一级", "低=三级", "1高2低=三级,一级,三级"],
        "place": ["规划、选址=规划股"],
    }
    call_command("import_table", str(file), unit="县建设局", cycle=cycle.pk, json=True, **told)
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], {question["text"] for question in said["questions"]}) == (
        True,
        {"规划、选址", "高", "低", "1高2低"},
    )
    assert list(register.points.order_by("pk").values_list("declared_rank", flat=True)) == [3, 1, 3, 1]


def test_the_command_writes_the_marked_table_and_the_questions(tmp_path, bureau, cycle, register, capsys):
    file, out = tmp_path / "13.xlsx", tmp_path / "改.xlsx"
    file.write_bytes(real_workbook("13"))
    with pytest.raises(CommandError):
        call_command("import_table", str(file), unit="规划股", cycle=cycle.pk, json=True, marked=out)
    said = json.loads(capsys.readouterr().out)
    assert {question["text"] for question in said["questions"] if question["needed"]} == {"中", "低"}
    assert load_workbook(out).active["H2"].value == "问题"


@pytest.mark.parametrize(
    "change, said",
    [
        ({"unit": "没有的股"}, "没有“没有的股”"),
        ({"cycle": 0}, "周期"),
        ({"by": "nobody"}, "没有“nobody”这个在用的账号"),
        ({"file": "/none"}, "读不出"),
        ({"heading": ["甲=没有的栏目"]}, "没有“没有的栏目”这个栏目"),
        ({"level": ["甲=特级"]}, "没有“特级”这个等级"),
        ({"place": ["甲"]}, "要写成“词=意思”"),
    ],
)
def test_a_wrong_call_ends_with_two(tmp_path, bureau, cycle, register, change, said):
    file = tmp_path / "表.xlsx"
    file.write_bytes(workbook([HEAD, ROW]))
    given = {"file": str(file), "unit": "规划股", "cycle": cycle.pk} | change
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("import_table", given.pop("file"), **given)
    assert refusal.value.returncode == 2


def test_the_command_leaves_the_original_alone_and_reads_no_more_of_a_file_than_may_be(
    tmp_path, bureau, cycle, register
):
    original = real_workbook("13")
    file = tmp_path / "13.xlsx"
    file.write_bytes(original)
    (tmp_path / "同一份.xlsx").symlink_to(file)
    with pytest.raises(CommandError, match="不要覆盖原表") as refusal:
        call_command("import_table", str(file), unit="规划股", cycle=cycle.pk, marked=tmp_path / "同一份.xlsx")
    assert refusal.value.returncode == 2
    assert file.read_bytes() == original
    with pytest.raises(CommandError, match="最多 10 MB") as refusal:
        call_command("import_table", "/dev/zero", unit="规划股", cycle=cycle.pk)
    assert refusal.value.returncode == 1
