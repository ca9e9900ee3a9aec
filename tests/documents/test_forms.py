"""Papers: every column of the catalogue has its cells, and what is printed is what was sealed and decided."""

import itertools
from dataclasses import replace

import pytest

from documents import columns, heads, lines
from documents.forms import DRAFT, build
from documents.papers import paper_of
from paper import Document, render
from registers.content import content_of
from registers.enums import RatingKind, RegisterState
from registers.models import Control, Rating, Register, Responsibility, RiskPoint
from registers.schemes.columns import COLUMNS, HEADS
from registers.schemes.model import Column
from registers.schemes.store import spec_of
from tests import factories
from workflow import actors, seals
from workflow.enums import Action
from workflow.models import Decision, Inclusion

SCHEMES = ("s000", "s001", "s002", "s003", "s004")
_keys = itertools.count()
pytestmark = pytest.mark.django_db


def make_ground(key: str):
    """A bureau of that scheme with a section, a post and a cycle."""
    scheme = factories.make_scheme(key)
    bureau = factories.make_bureau(spec_of(scheme).bureau)
    section = factories.make_section(bureau, duties="城乡规划管理")
    post = factories.make_post(section, duties="办理规划许可", head=True)
    return factories.make_cycle(bureau, scheme), bureau, section, post


def subject_of(scope, bureau, section, post):
    return {"post": post, "section": section}.get(scope.subject, bureau)


def sealed(register: Register, by=None):
    """Seal as it is and note the submission."""
    seal = seals.seal(register=register, by=by)
    decide(register, register.step, Action.SUBMIT, seal=seal)
    Register.objects.filter(pk=register.pk).update(state=RegisterState.MOVING)
    register.state = RegisterState.MOVING
    return seal


def decide(register: Register, step: str, action: Action, **fields) -> Decision:
    given = {"by_name": "甲", "by_title": "规划股股长", "round": register.round, "step_name": step}
    return Decision.objects.create(
        register=register, step=step, action=action, key=f"k{next(_keys)}", **(given | fields)
    )


def text_of(document: Document) -> str:
    return "\n".join(text for _, text in document.texts())


def form_of(register: Register, key: str):
    return spec_of(register.scheme).form(key)


def test_every_column_and_head_of_the_catalogue_has_its_function():
    assert set(columns.CELLS) == set(COLUMNS)
    assert set(heads.FIELDS) == set(HEADS)
    known = columns.SUBJECT | columns.SUBJECT_TOO | columns.BLOCK | columns.CONTROLS
    assert known < set(COLUMNS)


@pytest.mark.parametrize("key", SCHEMES)
def test_every_form_of_the_five_schemes_renders(key):
    cycle, bureau, section, post = make_ground(key)
    for form in (form for form in spec_of(cycle.scheme).forms if form.over == "register"):
        scope = spec_of(cycle.scheme).scope(form.scope)
        register = Register.objects.filter(scope=form.scope).first()
        if register is None:
            register = factories.make_register(subject_of(scope, bureau, section, post), form.scope, cycle)
            factories.make_row(register, factories.make_power(section, legal_basis="《城乡规划法》第四十条"))
            sealed(register)
        document, seal = paper_of(register, form)
        said = text_of(document)
        assert document.title.startswith(bureau.name)
        assert document.digest == seal.digest
        assert "越权审批" in said or lines.grain_of([column.key for column in form.columns]) == lines.WHOLE
        assert document.title in str(render(document))


def test_an_unsealed_register_is_printed_as_a_draft():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    document, seal = paper_of(register, form_of(register, "form1"))
    assert seal is None
    assert document.mark == DRAFT
    assert not document.digest


def test_what_is_printed_is_what_was_sealed():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    row = factories.make_row(register)
    seal = sealed(register)
    RiskPoint.objects.filter(block=row).update(name="改过的风险点")
    document, printed = paper_of(register, form_of(register, "form1"))
    assert printed == seal
    assert "越权审批" in text_of(document)
    assert "改过的风险点" not in text_of(document)


def test_a_filler_who_changes_a_returned_register_prints_a_draft_again():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    row = factories.make_row(register)
    sealed(register)
    Register.objects.filter(pk=register.pk).update(state=RegisterState.FILLING)
    register.refresh_from_db()
    assert paper_of(register, form_of(register, "form1"))[1] is not None
    RiskPoint.objects.filter(block=row).update(name="改过的风险点")
    document, seal = paper_of(register, form_of(register, "form1"))
    assert seal is None
    assert "改过的风险点" in text_of(document)


def test_levels_determined_after_the_seal_are_printed_and_the_digest_stays():
    cycle, _, _, post = make_ground("s001")
    register = factories.make_register(post, cycle=cycle)
    row = factories.make_row(register)
    seal = sealed(register)
    point = RiskPoint.objects.get(block=row)
    Rating.objects.create(
        register=register, lineage=point.lineage, kind=RatingKind.DETERMINED, rank=1, step="meeting", round=1
    )
    form = form_of(register, "negative_post")
    document, _ = paper_of(register, form)
    level = [column.key for column in form.columns].index("level")
    assert document.tables[0].rows[0].cells[level].text == "高"
    assert document.digest == seal.digest
    assert "封存之后审定" in document.footnote


def test_paired_controls_stand_beside_their_points_and_unpaired_ones_beside_all():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    paired = factories.make_row(register)
    second = RiskPoint.objects.create(
        register=register, block=paired, bureau=post.bureau, section=post.section, name="拖延不办", kind="flow", order=1
    )
    Control.objects.create(block=paired, point=second, text="限时办结")
    mixed = factories.make_row(register, name="泄露信息")
    RiskPoint.objects.create(
        register=register, block=mixed, bureau=post.bureau, section=post.section, name="违规查询", kind="flow", order=1
    )
    Control.objects.create(block=mixed, text="定期检查", order=5)
    sealed(register)
    form = form_of(register, "form1")
    rows = paper_of(register, form)[0].tables[0].rows
    said = [[cell.plain for cell in row.cells] for row in rows]
    assert any("双人办理,结果公开" in cell for cell in said[0])
    assert any("限时办结" in cell for cell in said[1])
    both = next(cell for cell in rows[2].cells if "定期检查" in cell.plain)
    assert both.row_span == 2
    assert both.lines == ("双人办理,结果公开（针对第1项）", "定期检查")


def test_one_power_on_several_lines_is_one_tall_cell_and_totals_agree():
    cycle, _, section, post = make_ground("s002")
    register = factories.make_register(post, cycle=cycle, declared_rank=2)
    power = factories.make_power(section)
    for name in ("越权审批", "拖延不办"):
        factories.make_row(register, power, name=name)
    sealed(register)
    form = form_of(register, "table_post")
    table = paper_of(register, form)[0].tables[0]
    assert table.rows[0].cells[1].row_span == 2
    assert table.totals.cells[1].text == "风险点 2 个（中 2 个）"


def test_a_section_form_shows_the_compiled_rows_before_its_own():
    cycle, _, section, post = make_ground("s002")
    child = factories.make_register(post, cycle=cycle, declared_rank=1)
    factories.make_row(child, name="岗位风险")
    child_seal = sealed(child)
    register = factories.make_register(section, cycle=cycle)
    factories.make_row(register, name="科室风险")
    Inclusion.objects.create(register=register, child=child, seal=child_seal)
    sealed(register)
    document, _ = paper_of(register, form_of(register, "table_section"))
    names = [cell.plain for row in document.tables[0].rows for cell in row.cells if cell.plain.endswith("风险")]
    assert [name for name in names if name in ("岗位风险", "科室风险")] == ["岗位风险", "科室风险"]
    assert "风险点 2 个" in document.tables[0].totals.cells[1].text


def test_a_register_without_points_prints_its_signed_reason():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle, zero_reason="本岗位只收发文件", zero_signed=True)
    sealed(register)
    document, _ = paper_of(register, form_of(register, "form1"))
    assert "本岗位只收发文件" in document.tables[0].empty_text
    assert document.tables[0].totals is None


def test_opinion_cells_hold_the_real_decisions():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    decide(register, "peers", Action.SKIP, opinion="“互评”无人任职,按方案跳过", by_name="", by_title="")
    decide(
        register,
        "office",
        Action.AGREE,
        opinion="查找准确。",
        by_name="乙",
        by_title="办公室主任",
        instead_of="无人任职",
    )
    boxes = {box.label: box for box in paper_of(register, form_of(register, "form1"))[0].opinions}
    assert boxes["本人签字"].opinions
    assert "按方案跳过" in boxes["同事和群众意见"].empty_hint
    office = boxes["领导小组办公室初审意见"].opinions[0]
    assert "查找准确。" in office.text
    assert "办公室主任 乙" in str(office.signer)
    assert "代" in str(office.signer)
    assert boxes["纪检监察组审核意见"].empty_hint == "（待办理）"


def test_opinions_before_a_send_back_are_not_printed_as_if_they_held():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    decide(register, "office", Action.AGREE, opinion="同意第一稿。")
    decide(register, "discipline", Action.SEND_BACK, opinion="不深。", to_step="find", return_to="find")
    said = text_of(paper_of(register, form_of(register, "form1"))[0])
    assert "同意第一稿。" not in said
    assert "不深。" not in said


def test_going_straight_back_keeps_the_opinions_between():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    decide(register, "peers", Action.OPINE, opinion="没有补充。")
    decide(register, "office", Action.AGREE, opinion="初审同意。")
    decide(register, "discipline", Action.SEND_BACK, opinion="请初审再看。", to_step="office", return_to="office")
    said = text_of(paper_of(register, form_of(register, "form1"))[0])
    assert "没有补充。" in said
    assert "初审同意。" not in said


@pytest.mark.parametrize("size", [1, 40])
def test_a_paper_takes_the_same_queries_at_any_size(size, django_assert_max_num_queries):
    cycle, _, section, post = make_ground("s002")
    register = factories.make_register(post, cycle=cycle)
    for index in range(size):
        block = factories.make_row(register, name=f"风险{index}")
        Responsibility.objects.create(block=block, height="direct", post=post)
    sealed(register)
    register = Register.objects.select_related("scheme", "bureau", "cycle", "filler").get(pk=register.pk)
    with django_assert_max_num_queries(5):
        paper_of(register, form_of(register, "table_post"))


def test_without_seal_and_content_there_is_no_paper():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    with pytest.raises(ValueError, match="seal"):
        build(form_of(register, "form1"), register, None, [])
    assert build(form_of(register, "form1"), register, None, [], content=content_of(register)).mark == DRAFT


def test_a_kind_of_power_from_another_scheme_is_named_and_an_unknown_one_stays_a_word():
    cycle, bureau, _, post = make_ground("s003")
    factories.make_cycle(bureau, factories.make_scheme("s001"))
    register = factories.make_register(post, cycle=cycle)
    for kind in ("charge", "奖励"):
        factories.make_row(register, power=factories.make_power(post, f"{kind}职权", kind=kind), name=f"{kind}风险")
    form = form_of(register, "form5")
    form = replace(form, columns=(*form.columns[:2], Column("power_kind", "职权类别"), *form.columns[2:]))
    said = text_of(paper_of(register, form)[0])
    assert "排污收费" in said
    assert "奖励\n" in said


def test_a_delegate_signs_for_whom_he_stands_in_and_nobody_for_a_post_that_was_waited_for():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    decide(register, "office", Action.AGREE, by_title="局长", instead_of="“初审”无人任职，由上一级或办公室代为办理")
    decide(register, "discipline", Action.AGREE, by_title="纪检组长", instead_of=f"“审核”无人任职，{actors.WAITED_FOR}")
    boxes = {box.label: box for box in paper_of(register, form_of(register, "form1"))[0].opinions}
    assert str(boxes["领导小组办公室初审意见"].opinions[0].signer).endswith("（代领导小组办公室）")
    assert "代" not in str(boxes["纪检监察组审核意见"].opinions[0].signer)


def test_a_body_puts_its_seal_beside_the_signature_and_a_person_does_not():
    cycle, _, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    sealed(register)
    decide(register, "office", Action.AGREE)
    page = str(render(paper_of(register, form_of(register, "form1"))[0]))
    assert "（盖章）\u3000规划股股长 甲" in page
    assert page.count("（盖章）") == 3  # the office, the discipline group that is still to sign, the foot
