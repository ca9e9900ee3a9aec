"""On the preview page: columns and words decided, one's own file back with remarks, long tables in the background."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill

from accounts.roles import Role
from jobs.enums import JobState
from jobs.models import Job
from jobs.worker import run_one
from registers.importing import background, reading
from registers.importing.reading import Note
from registers.models import Block, HeadingMemory, RoleGrant
from tests import factories
from tests.registers.workbooks import saved, workbook

pytestmark = pytest.mark.django_db
HEAD = ["序号", "责任主体", "职权内容", "风险点", "风险等级", "防控措施"]
ROW = ["1", "规划股", "规划许可", "1.越权审批；2.拖延不办", "一级", "双人办理"]


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
def as_office(client, bureau, register):
    client.force_login(factories.grant(Role.OFFICE, bureau))
    return client


def send(client, bureau, cycle, data: bytes) -> str:
    file = SimpleUploadedFile("表.xlsx", data)
    return client.post(reverse("import"), {"unit": bureau.pk, "cycle": cycle.pk, "file": file}).url


def shown_fields(page) -> dict[str, str]:
    """What the form of the page would send if nothing were changed."""
    given = {}
    for group in page.context["groups"]:
        given |= {place.name: place.field for place in group.places}
        if not group.is_card:
            given[f"s{group.number}-head"] = str(group.head_row)
    return given | {name: question.answer for name, question in page.context["questions"]}


def decide(client, url: str, **changes: str):
    """Send the form of the page with these changes; follows to the page again."""
    given = shown_fields(client.get(url)) | changes
    return client.post(f"{url}decide/", given, follow=True)


def test_a_column_is_decided_on_the_page_and_known_in_the_next_file(as_office, bureau, cycle, register):
    table = workbook([[*HEAD[:5], "怎么防"], ROW])
    url = send(as_office, bureau, cycle, table)
    page = as_office.get(url)
    assert "列的对应" in page.content.decode()
    assert page.context["page_of_rows"].paginator.object_list[0].controls == []
    page = decide(as_office, url, **{"s0-5": "controls"})
    assert [c.text for c in page.context["page_of_rows"].paginator.object_list[0].controls] == ["双人办理"]
    assert list(HeadingMemory.objects.values_list("bureau", "words", "field")) == [(bureau.pk, "怎么防", "controls")]
    again = as_office.get(send(as_office, bureau, cycle, table))
    assert [c.text for c in again.context["page_of_rows"].paginator.object_list[0].controls] == ["双人办理"]


def test_nothing_changed_is_nothing_decided(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    decide(as_office, url)
    assert not HeadingMemory.objects.exists()
    assert as_office.get(url).context["may_confirm"]


def test_a_head_that_was_not_found_is_pointed_out_and_its_columns_chosen(as_office, bureau, cycle, register):
    url = send(
        as_office,
        bureau,
        cycle,
        workbook([["表", "一", "二", "三"], ["号", "股", "事", "险"], ["1", "规划股", "甲", "乙"]]),
    )
    assert as_office.get(url).context["doubtful"]
    page = decide(as_office, url, **{"s0-head": "2"})
    assert [place.title for place in page.context["groups"][0].places] == ["号", "股", "事", "险"]
    page = decide(as_office, url, **{"s0-0": "order", "s0-1": "unit", "s0-2": "power", "s0-3": "point"})
    assert page.context["may_confirm"]
    assert [row.number for row in page.context["page_of_rows"].paginator.object_list] == [3]


def test_a_word_is_decided_on_the_page_and_the_table_imported_so(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, [*ROW[:4], "1高1低", "甲"]]))
    names = {question.key: name for name, question in as_office.get(url).context["questions"]}
    page = decide(as_office, url, **{names["level:高"]: "1", names["level:低"]: "3"})
    (name, question) = page.context["questions"][0]
    assert (question.about, question.answer) == (["越权审批", "拖延不办"], "")
    assert "第1点一级、第2点三级" in page.content.decode()
    page = decide(as_office, url, **{name: "3,1"})
    assert page.context["may_confirm"]
    as_office.post(url, {"act": "confirm", "seen": page.context["seen"]})
    assert list(register.points.order_by("order").values_list("name", "declared_rank")) == [
        ("越权审批", 3),
        ("拖延不办", 1),
    ]


def test_what_was_seen_before_a_decision_cannot_be_confirmed_after_it(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([[*HEAD[:5], "怎么防"], ROW]))
    seen = as_office.get(url).context["seen"]
    decide(as_office, url, **{"s0-5": "controls"})
    answer = as_office.post(url, {"act": "confirm", "seen": seen})
    assert answer.status_code == 409
    assert "重新预览" in answer.content.decode()
    assert not Block.objects.exists()


def test_a_sheet_is_left_out_and_taken_in_again(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    page = decide(as_office, url, **{"s0-skip": "on"})
    assert not page.context["may_confirm"]
    assert decide(as_office, url).context["may_confirm"]


def test_long_lists_of_errors_and_rows_are_cut_into_pages(as_office, bureau, cycle, register):
    rows = [[*ROW[:3], f"风险{n}", "没有的级" if n % 2 else "一级", "甲"] for n in range(240)]
    url = send(as_office, bureau, cycle, workbook([HEAD, *rows]))
    page = as_office.get(url, {"errors": 2, "rows": 3})
    assert (len(page.context["errors"]), page.context["errors"].number) == (50, 2)
    assert (len(page.context["rows"]), page.context["page_of_rows"].paginator.count) == (50, 240)
    assert page.context["questions"][0][1].places[0].endswith("第3行")


def test_the_page_of_a_long_table_asks_the_database_a_bounded_number_of_times(
    as_office, bureau, cycle, register, django_assert_max_num_queries
):
    rows = [[*ROW[:2], f"职权{n}", f"风险{n}", "一级" if n % 3 else "没有的级", "甲"] for n in range(600)]
    url = send(as_office, bureau, cycle, workbook([HEAD, *rows]))
    with django_assert_max_num_queries(30):
        assert as_office.get(url).status_code == 200
    with django_assert_max_num_queries(40):
        as_office.post(f"{url}decide/", {})


# The user's own file with remarks -------------------------------------------------------------------------------------


def own_table() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["规划股排查表"])
    sheet.merge_cells("A1:F1")
    sheet.append(HEAD)
    sheet.append([*ROW[:4], "=特高", "=1+1"])
    sheet["E3"].data_type = "s"
    sheet.append([*ROW[:3], "索要好处", "一级", "双人办理"])
    sheet["A1"].font = Font(bold=True, size=20)
    sheet["D4"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet.column_dimensions["D"].width = 55
    return saved(book)


def test_the_file_comes_back_with_marked_cells_and_a_column_of_problems(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, own_table())
    assert f"{url}marked/" in as_office.get(url).content.decode()
    answer = as_office.get(f"{url}marked/")
    assert "attachment" in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert (sheet["G2"].value, sheet["G4"].value) == ("问题", None)
    told = sheet["G3"]
    assert "E列方案没有“=特高”这个等级。" in told.value
    assert "F列这一格是公式" in told.value
    assert told.data_type == "s"
    assert "可写的等级：一级、二级、三级" in sheet["E3"].comment.text
    assert sheet["E3"].fill.start_color.rgb == sheet["F3"].fill.start_color.rgb != "00000000"
    assert sheet["D4"].fill.start_color.rgb == "FF00FF00"
    assert (sheet["A1"].font.size, sheet.column_dimensions["D"].width) == (20, 55)
    assert [str(box) for box in sheet.merged_cells.ranges] == ["A1:F1"]
    assert sheet["F3"].value == "=1+1"  # his own formula is his to mend


def test_what_we_write_is_text_even_when_a_cell_says_a_formula():
    data = workbook([HEAD, ROW])
    note = Note("Sheet", 2, 5, '=HYPERLINK("http://x")\n请改正')
    sheet = load_workbook(io.BytesIO(reading.mark(data, [note, note]))).active
    assert (sheet["G2"].value, sheet["G2"].data_type) == ('=HYPERLINK("http://x")\n请改正', "s")


def test_the_marked_file_can_be_sent_again_once_it_is_mended(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, [*ROW[:4], "特高", "甲"]]))
    book = load_workbook(io.BytesIO(as_office.get(f"{url}marked/").content))
    book.active["E2"] = "一级"
    assert as_office.get(send(as_office, bureau, cycle, saved(book))).context["may_confirm"]


# In the background ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _long(monkeypatch):
    monkeypatch.setattr(background, "LONG", 1)


@pytest.mark.usefixtures("_long")
def test_a_long_table_is_imported_in_the_background(as_office, bureau, cycle, register, tmp_path):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    page = as_office.get(url)
    assert "在后台导入" in page.content.decode()
    answer = as_office.post(url, {"act": "confirm", "seen": page.context["seen"]})
    job = Job.objects.get()
    assert answer.url == reverse("job_detail", args=[job.pk])
    assert not Block.objects.exists()
    assert "正在后台导入" in as_office.get(url).content.decode()
    run_one("测试")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert register.points.count() == 2
    assert as_office.get(url).url.startswith("/import/done/")
    text = b"".join(as_office.get(reverse("job_file", args=[job.pk])).streaming_content).decode("utf-8-sig")
    assert "风险点：2" in text
    assert "规划股" in text


@pytest.mark.usefixtures("_long")
def test_in_the_background_too_it_is_what_was_seen_or_nothing(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    as_office.post(url, {"act": "confirm", "seen": as_office.get(url).context["seen"]})
    factories.make_power(register.unit, "规划许可")
    run_one("测试")
    job = Job.objects.get()
    assert (job.state, "重新预览" in job.error) == (JobState.FAILED, True)
    assert not Block.objects.exists()


@pytest.mark.usefixtures("_long")
def test_who_lost_the_right_meanwhile_imports_nothing(as_office, bureau, cycle, register):
    url = send(as_office, bureau, cycle, workbook([HEAD, ROW]))
    as_office.post(url, {"act": "confirm", "seen": as_office.get(url).context["seen"]})
    RoleGrant.objects.all().delete()
    run_one("测试")
    assert Job.objects.get().state == JobState.FAILED
    assert not Block.objects.exists()
