"""Regulations, powers and procedures from a workbook."""

import pytest

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from registers.models import Appointment, Power, Procedure, Regulation
from tests import factories
from tests.catalogue.files import apply, book, edited, plan, said, template
from tests.registers.workbooks import real_workbook

pytestmark = pytest.mark.django_db
POWERS = ["行使机构", "行使岗位", "职权名称", "职权类别", "法律依据", "对外行使", "向社会公开", "配套制度"]
STEPS = ["行使机构", "职权名称", "环节", "性质", "去向", "承办", "时限", "有廉政风险"]


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


@pytest.fixture
def section(bureau):
    section = factories.make_section(bureau)
    factories.make_post(section, "规划管理岗")
    return section


@pytest.fixture
def head(section):
    user = factories.make_user("股长")
    Appointment.objects.create(post=factories.make_post(section, "规划股股长", head=True), user=user)
    return user


def test_regulations_are_added_and_changed(bureau, office):
    factories.make_regulation(bureau, "值班制度")
    rows = [["《采购管理办法》", "东建〔2012〕5号", "修订", "2012/3/1"], ["值班制度", "", "新建", None]]
    data = book(制度=[["制度名称", "文号", "建设情况", "印发日期"], *rows])
    assert dict(apply("regulations", data, bureau, office).counts) == {"表中行": 2, "新增制度": 1, "修改制度": 1}
    made = Regulation.objects.get(title="采购管理办法")
    assert (made.number, made.change, made.issued_on.isoformat()) == ("东建〔2012〕5号", "revise", "2012-03-01")
    assert Regulation.objects.get(title="值班制度").change == "new"


def test_regulations_that_repeat_or_say_nothing_are_told(bureau, office):
    rows = [["甲办法", "继续执行"], ["《甲办法》", "新建"], ["", "新建"], ["乙办法", "废止"]]
    found = said(plan("regulations", book(制度=[["制度名称", "建设情况"], *rows]), bureau, office))
    assert [sentence.split("：")[1] for sentence in found] == [
        "没有写制度名称。",
        "没有“废止”这一项。",
        "与第2行重复。",
    ]


def test_powers_come_with_their_regulations_and_procedures(bureau, office, section):
    factories.make_cycle(bureau)
    rule = factories.make_regulation(bureau, "规划许可管理办法")
    data = book(
        职权=[
            POWERS,
            ["规划股", "规划管理岗", "建设工程规划许可", "", "城乡规划法第四十条", "是", "是", "《规划许可管理办法》"],
            ["规划股", "", "规划编制", "", "", "否"],
        ],
        流程环节=[
            STEPS,
            ["规划股", "建设工程规划许可", "受理", "", "", "窗口", "当场"],
            ["规划股", "建设工程规划许可", "审查", "判断", "符合：3；补正：1", "规划管理岗", "5日", "是"],
            ["规划股", "建设工程规划许可", "决定", "办结"],
        ],
    )
    made = apply("powers", data, bureau, office)
    assert dict(made.counts) == {"表中行": 5, "新增职权": 2, "新增流程": 1}
    power = Power.objects.get(name="建设工程规划许可")
    assert (power.post.name, power.published, list(power.regulations.all())) == ("规划管理岗", True, [rule])
    assert power.history.order_by("-history_id").first().history_user == office
    assert not Power.objects.get(name="规划编制").external
    steps = power.procedures.get().steps
    assert list(steps.values_list("name", "kind", "leads_to", "risky")) == [
        ("受理", "do", "", False),
        ("审查", "decide", "符合：3；补正：1", True),
        ("决定", "end", "", False),
    ]
    assert {change.action for change in plan("powers", data, bureau, office).changes} == {"same"}


@pytest.mark.parametrize(
    "row, expected",
    [
        (["水利股", "", "甲许可"], "没有“水利股”这个机构"),
        (["规划股", "没有的岗", "甲许可"], "没有“没有的岗”这个岗位"),
        (["规划股", "", ""], "没有写职权名称"),
        (["规划股", "", "甲许可", "不存在的类别"], "没有“不存在的类别”这一项"),
        (["规划股", "", "甲许可", "", "", "大概"], "写的是“大概”"),
        (["规划股", "", "甲许可", "", "", "", "", "没有的制度"], "没有制度《没有的制度》"),
        (["规划股", "", "规划编制"], "与第2行重复"),
    ],
)
def test_every_mistake_about_a_power_is_told(bureau, office, section, row, expected):
    factories.make_cycle(bureau, factories.make_scheme(power_kinds=[{"key": "permit", "name": "行政许可"}]))
    data = book(职权=[POWERS, ["规划股", "", "规划编制"], row])
    found = said(plan("powers", data, bureau, office))
    assert any("第3行" in sentence and expected in sentence for sentence in found), found
    with pytest.raises(NotNow):
        apply("powers", data, bureau, office)
    assert not Power.objects.exists()


def test_a_branch_that_leads_nowhere_is_told_at_its_cell(bureau, office, section):
    data = book(
        职权=[POWERS, ["规划股", "", "规划编制"]],
        流程环节=[STEPS, ["规划股", "规划编制", "受理", "", "同意：9"], ["规划股", "没有的职权", "受理"]],
    )
    found = said(plan("powers", data, bureau, office))
    assert "第3行 B列（职权名称）：“规划股”没有职权“没有的职权”" in found[0]
    assert "第2行 E列（去向）：去向写的是第9步" in found[1]


def test_the_head_of_a_section_imports_for_it_and_nowhere_else(bureau, section, head):
    apply("powers", book(职权=[POWERS, ["规划股", "", "规划编制"]]), section, head)
    assert Power.objects.get().unit == section
    factories.make_section(bureau, "水利股")
    found = said(plan("powers", book(职权=[POWERS, ["水利股", "", "甲许可"]]), section, head))
    assert "“水利股”不在“规划股”之内" in found[0]
    found = said(plan("powers", book(职权=[POWERS, ["", "", "甲许可", "", "", "", "是"]]), section, head))
    assert "由领导小组办公室决定" in found[0]
    with pytest.raises(NotAllowed):
        apply("powers", book(职权=[POWERS, ["", "", "甲许可"]]), bureau, head)


def test_others_import_neither_powers_nor_regulations(bureau, section):
    data = book(职权=[POWERS, ["规划股", "", "规划编制"]])
    far = factories.grant(Role.OFFICE, factories.make_bureau("县水利局"))
    for user in (far, factories.make_user(), factories.grant(Role.DISCIPLINE, bureau)):
        for kind in ("powers", "regulations"):
            with pytest.raises(NotAllowed):
                apply(kind, data, bureau, user)


def test_a_procedure_is_written_over_only_as_it_was_seen(bureau, office, section):
    power = factories.make_power(section, "规划编制", steps=("受理", "审查"))
    kept = power.procedures.get().steps.get(name="审查").pk
    data = book(流程环节=[STEPS, ["规划股", "规划编制", "登记"], ["规划股", "规划编制", "审查"]])
    (change,) = plan("powers", data, bureau, office).changes
    assert change.details == [("环节", "受理→审查", "登记→审查")]
    apply("powers", data, bureau, office)
    assert list(Procedure.objects.get().steps.values_list("name", flat=True)) == ["登记", "审查"]
    assert Procedure.objects.get().steps.get(name="审查").pk == kept


@pytest.mark.parametrize(
    "number, count, name",
    [
        ("07", 8, "人防工程项目审批"),
        ("35", 2, "教育及教学管理"),
        ("48", 1, "洪水影响评价类审批"),
    ],
)
def test_published_lists_of_powers_are_taken_as_they_are(bureau, office, number, count, name):
    names = {"permit": "行政许可", "penalty": "行政处罚", "other": "其他权力"}
    kinds = [{"key": key, "name": word} for key, word in names.items()]
    factories.make_cycle(bureau, factories.make_scheme(power_kinds=kinds))
    made = apply("powers", real_workbook(number), bureau, office)
    assert dict(made.counts)["新增职权"] == count
    assert Power.objects.filter(name=name, unit=bureau).exists()


def test_two_posts_with_powers_of_one_name_are_told_apart(bureau, office, section):
    other = factories.make_post(section, "规划核实岗")
    for post in (*section.posts.exclude(pk=other.pk), other):
        factories.make_power(post, "规划编制")
    data = book(流程环节=[STEPS, ["规划股", "规划编制", "受理"]])
    assert "有2个岗位行使“规划编制”" in said(plan("powers", data, bureau, office))[0]
    apply("powers", book(流程环节=[["行使岗位", *STEPS], ["规划核实岗", "规划股", "规划编制", "受理"]]), bureau, office)
    assert Procedure.objects.get().power.post == other


def test_what_is_there_comes_out_comes_back_unchanged_and_takes_an_edit(bureau, office, section):
    factories.make_regulation(bureau, "规划许可管理办法")
    power = factories.make_power(section, "规划编制", steps=("受理", "审查"), legal_basis="城乡规划法", kind="自拟类别")
    data = template("powers", bureau, filled=True)
    found = plan("powers", data, bureau, office)
    assert not found.errors
    power.kind = ""
    power.save()
    data = template("powers", bureau, filled=True)
    assert {change.action for change in plan("powers", data, bureau, office).changes} == {"same"}
    data = edited(data, {("职权", "H4"): "城乡规划法第十二条", ("流程环节", "E5"): "审核"})
    assert [change.action for change in plan("powers", data, bureau, office).changes] == ["change", "change"]
    apply("powers", data, bureau, office)
    power.refresh_from_db()
    assert power.legal_basis == "城乡规划法第十二条"
    assert power.procedures.get().steps.last().name == "审核"
