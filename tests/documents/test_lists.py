"""Lists of a whole bureau: what is in them, in which order, for whom, and as which file."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.roles import Role
from audit.models import Event
from documents.lists import making, powers, procedures
from documents.lists.asked import Asked
from documents.lists.offered import offers
from documents.lists.papers import PARTIAL, compose
from jobs import files, worker
from jobs.enums import JobState
from jobs.models import Job
from paper.grid import positions
from registers.enums import RegisterState, StepKind
from registers.models import Appointment, Procedure, ProcedureStep, Rating, Register
from registers.schemes.columns import POWER_COLUMNS, STEP_COLUMNS
from registers.schemes.store import spec_of
from tests import factories
from tests.documents.test_forms import make_ground, text_of
from workflow import seals

pytestmark = pytest.mark.django_db


def in_force(register: Register, rank: int | None = None) -> Register:
    """As after its issue: sealed with the level that was determined."""
    if rank:
        Rating.objects.create(register=register, lineage="", kind="determined", rank=rank, step="meeting", round=1)
        for point in register.points.all():
            Rating.objects.create(
                register=register, lineage=point.lineage, kind="determined", rank=rank, step="meeting", round=1
            )
    seals.seal(register=register, by=None, issue=True)
    Register.objects.filter(pk=register.pk).update(state=RegisterState.IN_FORCE)
    register.refresh_from_db()
    return register


@pytest.fixture
def bureau():
    """001 with two sections, three posts in force, one of them grave, and one that is only filled."""
    cycle, bureau, first, head = make_ground("s001")
    second = factories.make_section(bureau, "监察大队")
    posts = {
        "规划管理岗": head,
        "审批岗": factories.make_post(first, "审批岗", duties="审批"),
        "执法岗": factories.make_post(second, "执法岗", duties="执法"),
        "草稿岗": factories.make_post(second, "草稿岗"),
    }
    for rank, post in enumerate(posts.values(), 1):
        register = factories.make_register(post, cycle=cycle)
        factories.make_row(register, name=f"{post.name}的风险")
        if post.name != "草稿岗":
            in_force(register, rank)
    return cycle, bureau, (first, second), posts


def asked(bureau, key: str, unit=None, **more) -> Asked:
    cycle, root, _, _ = bureau
    spec = spec_of(cycle.scheme)
    return Asked(spec.form(key), spec, unit or root, **more)


def column(document, key: str) -> list[str]:
    """The texts of one column, a span said once."""
    table = document.tables[0]
    index = [one.key for one in table.columns].index(key)
    placed = positions(table.rows, len(table.columns))
    return [cell.plain for row in placed for start, cell in row if start == index]


def test_a_list_joins_what_is_in_force_in_the_order_of_the_tree_and_numbers_on(bureau):
    document = compose(asked(bureau, "ledger")).document
    assert column(document, "order") == ["1", "2", "3"]
    assert column(document, "unit") == ["规划股", "监察大队"]
    assert column(document, "point") == ["规划管理岗的风险", "审批岗的风险", "执法岗的风险"]
    assert "草稿岗" not in text_of(document)


def test_the_totals_agree_with_the_rows_and_the_levels(bureau):
    document = compose(asked(bureau, "ledger")).document
    assert document.tables[0].totals.cells[1].text == "风险点 3 个（高 1 个，中 1 个，低 1 个）"
    levels = compose(asked(bureau, "levels")).document
    assert levels.tables[0].totals.cells[1].text == "岗位 3 个（高 1 个，中 1 个，低 1 个）；风险点 3 个"
    assert column(levels, "subject_level") == ["高", "中", "低"]


def test_a_section_has_its_own_list(bureau):
    document = compose(asked(bureau, "ledger", unit=bureau[2][1])).document
    assert column(document, "post") == ["执法岗"]
    assert "监察大队" in document.subtitle


def test_a_cycle_in_place_of_what_is_in_force_tells_who_is_missing(bureau):
    paper = compose(asked(bureau, "ledger", cycle=bureau[0]))
    assert paper.rows == 3
    assert "另有 1 张登记表尚未提交" in paper.document.footnote


def test_two_posts_of_one_name_stay_two(bureau):
    cycle, root, (first, _), posts = bureau
    twin = factories.make_post(first, "审批岗", duties="审批")
    register = factories.make_register(twin, cycle=cycle)
    factories.make_row(register, name="另一处风险")
    in_force(register, 1)
    assert column(compose(asked(bureau, "ledger")).document, "post").count("审批岗") == 2


def test_who_may_read_some_rows_gets_those_and_is_told(bureau):
    cycle, root, (first, second), posts = bureau
    holder = factories.appoint(posts["执法岗"])
    paper = compose(asked(bureau, "ledger", reader=holder))
    assert column(paper.document, "post") == ["执法岗"]
    assert paper.hidden == 2
    assert PARTIAL in paper.document.subtitle
    assert PARTIAL in paper.document.mark
    assert "规划管理岗" not in text_of(paper.document)
    office = factories.grant(Role.OFFICE, root)
    assert compose(asked(bureau, "ledger", reader=office)).hidden == 0


def test_a_part_of_a_list_keeps_the_numbers_and_only_the_last_has_totals_and_signatures(bureau):
    first = compose(asked(bureau, "levels"), range(0, 2)).document
    last = compose(asked(bureau, "levels"), range(2, 4)).document
    assert column(first, "order") + column(last, "order") == ["1", "2", "3"]
    assert first.tables[0].totals is None
    assert not first.opinions
    assert last.tables[0].totals is not None
    assert last.opinions[0].seal


@pytest.mark.parametrize("form", ["ledger", "levels", "powers_external"])
def test_a_list_takes_the_same_queries_for_any_size(bureau, form, django_assert_max_num_queries):
    cycle, _, (first, _), _ = bureau
    for number in range(8):
        post = factories.make_post(first, f"岗位{number}")
        factories.make_power(post, f"职权{number}", legal_basis="条例")
        register = factories.make_register(post, cycle=cycle)
        factories.make_row(register)
        in_force(register)
    with django_assert_max_num_queries(9):
        compose(asked(bureau, form))


def test_powers_are_split_into_external_and_internal_with_the_eight_fields(bureau):
    section = bureau[2][0]
    factories.make_power(section, "排污许可", kind="permit", legal_basis="《条例》第三条", conditions="具备条件")
    factories.make_power(section, "物资采购", kind="internal", external=False)
    outer = compose(asked(bureau, "powers_external")).document
    assert column(outer, "power") == ["排污许可"]
    assert column(outer, "basis") == ["《条例》第三条"]
    assert "职权 1 项" in outer.tables[0].totals.cells[1].text
    assert column(compose(asked(bureau, "powers_internal")).document, "power") == ["物资采购"]


def test_the_supervision_contact_of_the_bureau_stands_where_a_power_says_nothing(bureau):
    _, root, (section, _), _ = bureau
    root.contact = "监督电话 0000"
    root.save()
    factories.make_power(section, "排污许可")
    assert column(compose(asked(bureau, "powers_external")).document, "supervision") == ["监督电话 0000"]


def test_002_key_posts_are_those_marked_and_those_of_the_gravest_level():
    cycle, root, section, head = make_ground("s002")
    marked = factories.make_post(section, "采购岗", priority=True)
    plain = factories.make_post(section, "文印岗")
    for post, rank in ((head, 1), (marked, 3), (plain, 3)):
        register = factories.make_register(post, cycle=cycle)
        factories.make_row(register, name=f"{post.name}的风险")
        in_force(register, rank)
    spec = spec_of(cycle.scheme)
    document = compose(Asked(spec.form("key_posts"), spec, root)).document
    assert column(document, "post") == ["规划股 采购岗", "规划股 规划管理岗"]
    assert column(document, "points") == ["采购岗的风险", f"{head.name}的风险"]


def test_004_procedures_are_drawn_above_the_table_of_their_steps():
    cycle, root, section, head = make_ground("s004")
    power = factories.make_power(section, "项目引荐", steps=("受理", "初审", "办结"))
    step = ProcedureStep.objects.get(procedure__power=power, name="初审")
    step.kind, step.leads_to, step.actor = StepKind.DECIDE, "同意：3；不同意：1", "项目科"
    step.save()
    spec = spec_of(cycle.scheme)
    document = compose(Asked(spec.form("flows"), spec, root)).document
    (table,) = document.tables
    assert table.flow.steps[1].name == "初审"
    assert column(document, "leads_to") == ["下一环节", "同意：3；不同意：1", "办结"]
    assert "流程 1 个，环节 3 个" in text_of(document)


def test_a_register_that_one_may_not_read_leaves_no_mark_in_the_diagram():
    cycle, root, section, head = make_ground("s004")
    power = factories.make_power(section, "项目引荐", steps=("受理", "初审"))
    register = factories.make_register(section, "section", cycle=cycle)
    row = factories.make_row(register, power=power, name="徇私引荐")
    row.step = Procedure.objects.get(power=power).steps.last()
    row.save()
    in_force(register, 1)
    spec = spec_of(cycle.scheme)
    stranger = factories.appoint(factories.make_post(factories.make_section(root, "服务中心"), "服务岗"))
    seen = compose(Asked(spec.form("flows"), spec, root)).document
    hidden = compose(Asked(spec.form("flows"), spec, root, reader=stranger)).document
    assert "徇私引荐" in text_of(seen)
    assert "徇私引荐" not in text_of(hidden)
    assert not any(step.risk for step in hidden.tables[0].flow.steps)


# Pages, files and the command -----------------------------------------------------------------------------------------


def url(name: str, bureau, key: str = "ledger") -> str:
    return reverse(name, args=[bureau[1].pk, "s001", key])


def test_the_page_names_every_list_and_the_screen_shows_one_with_its_files(bureau, client):
    client.force_login(factories.grant(Role.OFFICE, bureau[1]))
    page = client.get(reverse("lists")).content.decode()
    for offer in offers(bureau[1]):
        for form in offer.forms:
            assert form.title.replace("{bureau}", "") in page
    screen = client.get(url("list_html", bureau)).content.decode()
    assert "执法岗的风险" in screen
    assert url("list_pdf", bureau) in screen
    assert url("list_xlsx", bureau) in screen


def test_a_workbook_holds_the_list_and_leaves_one_event(bureau, client):
    client.force_login(factories.grant(Role.OFFICE, bureau[1]))
    answer = client.get(url("list_xlsx", bureau))
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(answer.content)).active for cell in row]
    assert any("执法岗的风险" in cell for cell in cells)
    event = Event.objects.get(verb="list.export")
    assert event.detail == {"form": "ledger", "format": "xlsx", "rows": 3}


def test_a_long_list_is_printed_in_the_background_as_far_as_the_asker_may_see(bureau, client, monkeypatch):
    monkeypatch.setitem(making.AT_ONCE, "bureau", 2)
    office = factories.grant(Role.OFFICE, bureau[1])
    client.force_login(office)
    assert client.get(url("list_pdf", bureau)).status_code == 409
    answer = client.post(url("list_pdf", bureau))
    job = Job.objects.get()
    assert answer.url == reverse("job_detail", args=[job.pk])
    assert (job.kind, job.params) == (making.KIND, {"unit": bureau[1].pk, "scheme": "s001", "form": "ledger"})


def test_the_worker_prints_what_the_asker_may_see_when_it_is_made(bureau, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    holder = factories.appoint(bureau[3]["执法岗"])
    for _ in range(2):
        making.in_background(asked(bureau, "levels", reader=holder), by=holder)
        worker.work_off()
        Appointment.objects.all().delete()
    done, refused = Job.objects.order_by("pk")
    assert (done.state, done.error) == (JobState.DONE, "")
    assert done.file_name.endswith("岗位风险等级清单.pdf")
    said = "".join(PdfReader(files.path_of(done.file)).pages[0].extract_text().split())
    assert "仅含您可见的部分" in said
    assert "审批岗" not in said
    assert refused.state == JobState.FAILED
    assert "不能查看" in refused.error


def test_every_column_of_the_catalogues_has_its_function():
    assert set(powers.CELLS) == set(POWER_COLUMNS)
    assert set(procedures.CELLS) == set(STEP_COLUMNS)


def test_the_command_writes_what_the_page_gives(bureau, client, tmp_path):
    out = tmp_path / "台账.xlsx"
    call_command("export_form", form="ledger", subject=bureau[1].pk, format="xlsx", out=out)
    client.force_login(factories.grant(Role.OFFICE, bureau[1]))
    assert out.read_bytes() == client.get(url("list_xlsx", bureau)).content
    register = Register.objects.filter(state=RegisterState.IN_FORCE).first()
    call_command("export_form", form="negative_post", subject=register.pk, format="html", out=tmp_path / "a.html")
    assert "岗位负面清单" in (tmp_path / "a.html").read_text("utf-8")


def test_the_command_says_what_is_wrong_and_ends_with_2(bureau, tmp_path):
    out = tmp_path / "a.xlsx"
    given = {"subject": bureau[1].pk, "format": "xlsx", "out": out}
    with pytest.raises(CommandError, match="没有“nothing”这张清单") as wrong:
        call_command("export_form", form="nothing", **given)
    assert wrong.value.returncode == 2
    stranger = factories.appoint(factories.make_post(factories.make_section(factories.make_bureau("县水务局"))))
    with pytest.raises(CommandError, match="看不到"):
        call_command("export_form", form="ledger", user=stranger.username, **given)
    assert not out.exists()


def test_the_command_in_somebodys_eyes_writes_only_what_he_may_see(bureau, tmp_path):
    holder = factories.appoint(bureau[3]["执法岗"])
    out = tmp_path / "a.html"
    call_command("export_form", form="ledger", subject=bureau[1].pk, format="html", out=out, user=holder.username)
    said = out.read_text("utf-8")
    assert PARTIAL in said
    assert "规划管理岗" not in said
