"""Procedures as diagrams: what 去向 says, what is wrong with it, and who sees which mark of risk."""

import pytest
from django.urls import reverse

from accounts.exceptions import NotNow
from accounts.roles import Role
from lianzheng.sample import material
from paper.flow import END, Branch, Risk
from registers.enums import RegisterState
from registers.models import Register
from registers.procedures import check, leads
from registers.procedures.flows import flow_of, marks_of
from registers.procedures.table import compacted, rearranged
from registers.services import procedures
from tests import factories


def rows(*given) -> list[dict]:
    return [{"name": name, "kind": kind, "leads_to": to} for name, kind, to in given]


@pytest.mark.parametrize(
    "text, ways",
    [
        ("同意：4；不同意：2", [("同意", 4), ("不同意", 2)]),
        ("同意:4;不同意:结束", [("同意", 4), ("不同意", END)]),
        ("同意：4，不同意，退回：2", [("同意", 4), ("不同意，退回", 2)]),
        ("4", [("", 4)]),
        ("第４步", [("", 4)]),
        ("4、5", [("", 4), ("", 5)]),
        ("会签：4、5", [("会签", 4), ("会签", 5)]),
        ("同意转4；退回第2步", [("同意", 4), ("退回", 2)]),
        ("是→3\n否→5。", [("是", 3), ("否", 5)]),
        ("通过：局长审批；终止", [("通过", 7), ("", END)]),
        ("不知去哪", [("", None)]),
        ("", []),
    ],
)
def test_the_words_of_leads_to_are_read_as_people_write_them(text, ways):
    assert [(lead.label, lead.to) for lead in leads.read(text, {"局长审批": 7})] == ways


def test_an_empty_one_leads_to_the_next_step_and_the_last_one_out():
    found = check.read(rows(("受理", "do", ""), ("审查", "do", ""), ("办结", "end", "")))
    assert found.branches == ((Branch(2),), (Branch(3),), ())
    assert check.read(rows(("受理", "do", ""))).branches == ((Branch(END),),)


@pytest.mark.parametrize(
    "to, said",
    [
        ("同意：9", "第9步，但流程只有2步"),
        ("同意：局长", "没有这个名称的环节"),
        ("同意：？", "原来的环节已删去"),
        (f"{'很' * 31}：2", "最多30个字"),
        ("0", "第0步"),
    ],
)
def test_a_branch_that_leads_nowhere_is_a_fault_with_its_row(to, said):
    ((number, sentence),) = check.read(rows(("受理", "do", ""), ("审查", "decide", to))).faults
    assert number == 2
    assert said in sentence


def test_what_is_odd_is_a_warning():
    table = rows(("受理", "do", "3"), ("审查", "do", ""), ("决定", "decide", ""), ("复核", "do", "3"))
    said = "".join(check.read(table).warnings)
    assert "第3步“决定”是判断，但只有一个去向" in said
    assert "没有一条去向通到第2步“审查”" in said
    assert "走不到结束" in said


def test_numbers_follow_when_rows_move():
    table = rows(
        ("一", "do", ""), ("二", "decide", "是：3；否，退回第1步；另：4、1"), ("三", "do", "第4步"), ("四", "end", "")
    )
    assert [row["leads_to"] for row in rearranged(table, "up:2")] == ["", "第4步", "是：2；否，退回第1步；另：4、1", ""]
    gone = rearranged(table, "remove:2")
    assert gone[1]["leads_to"] == "是：？；否，退回第1步；另：3、1"
    assert "已删去" in check.read(gone).faults[0][1]
    assert compacted([None, *table, None])[1]["leads_to"] == "是：2；否，退回第？步；另：3、？"
    assert rearranged(table, "down:0")[0]["name"] == "二"
    assert rearranged(table, "add")[-1] == {}


@pytest.mark.django_db
class TestKept:
    @pytest.fixture
    def section(self):
        return factories.make_section(factories.make_bureau())

    @pytest.fixture
    def procedure(self, section):
        return factories.make_power(section, steps=("受理", "审查", "决定")).procedures.get()

    def test_a_table_that_leads_nowhere_is_not_written(self, procedure):
        with pytest.raises(NotNow, match="第1步“受理”：去向写的是第7步"):
            procedures.keep_steps(by=None, procedure=procedure, name="流程", steps=rows(("受理", "do", "7")))
        assert procedure.steps.count() == 3

    def test_a_stored_fault_is_drawn_as_the_next_step(self, procedure):
        procedure.steps.filter(name="审查").update(leads_to="乱写")
        assert [step.branches for step in flow_of(procedure).steps] == [(Branch(2),), (Branch(3),), (Branch(END),)]

    def test_the_mark_is_the_gravest_level_of_the_points_at_the_step(self, section, procedure):
        step = procedure.steps.get(name="审查")
        row = factories.make_register(factories.make_post(section))
        for rank in (3, 2, 2):
            block = factories.make_row(row, procedure.power)
            block.step = step
            block.save()
            point = block.points.get()
            point.level_rank = rank
            point.save()
        assert marks_of([procedure], Register.objects.all()) == {step.pk: Risk("二级", "middle", 3)}
        assert marks_of([procedure], Register.objects.filter(state=RegisterState.IN_FORCE)) == {}

    def test_a_step_without_points_says_that_it_is_risky(self, procedure):
        procedure.steps.filter(name="决定").update(risky=True)
        assert [step.risk for step in flow_of(procedure).steps] == [None, None, Risk()]


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def bureau(self):
        return factories.make_bureau()

    @pytest.fixture
    def procedure(self, bureau):
        return factories.make_power(factories.make_section(bureau), steps=("受理", "审查")).procedures.get()

    @pytest.fixture
    def as_office(self, client, bureau):
        client.force_login(factories.grant(Role.OFFICE, bureau))
        return client

    def post(self, client, procedure, act, *given):
        data = {"name": procedure.name, "act": act, "seen": procedures.stamp(procedure)}
        data |= {"step-TOTAL_FORMS": len(given), "step-INITIAL_FORMS": len(given)}
        for place, row in enumerate(given):
            data |= {f"step-{place}-{name}": value for name, value in row.items()}
        return client.post(reverse("procedure", args=[procedure.pk]), data)

    def test_the_page_of_a_power_shows_the_diagram(self, as_office, procedure):
        said = as_office.get(reverse("power", args=[procedure.power_id])).content.decode()
        assert said.count('class="flow-part"') == 1
        assert "1. 受理" in said
        assert "style=" not in said[said.index("flow-part") :]

    def test_what_was_typed_is_drawn_before_it_is_saved(self, as_office, procedure):
        table = rows(("受理", "do", ""), ("可否", "decide", "可：3；否：结束"), ("发证", "end", ""))
        answer = self.post(as_office, procedure, "draw", *table)
        assert "3. 发证" in answer.content.decode()
        assert procedure.steps.count() == 2

    def test_a_wrong_branch_is_said_with_its_row_and_nothing_is_lost(self, as_office, procedure):
        answer = self.post(as_office, procedure, "save", *rows(("受理", "do", "9"), ("发证", "do", "")))
        assert answer.status_code == 422
        assert "第1行：去向写的是第9步" in answer.content.decode()
        assert [form.initial["leads_to"] for form in answer.context["formset"]] == ["9", ""]
        assert procedure.steps.count() == 2

    def test_branches_are_saved(self, as_office, procedure):
        table = rows(("受理", "do", ""), ("可否", "decide", "可：3\n否：1"), ("发证", "end", ""))
        assert self.post(as_office, procedure, "save", *table).status_code == 302
        assert list(procedure.steps.values_list("kind", "leads_to")) == [
            ("do", ""),
            ("decide", "可：3；否：1"),
            ("end", ""),
        ]

    def test_the_queries_of_the_page_do_not_grow_with_the_steps(
        self, as_office, procedure, django_assert_max_num_queries
    ):
        procedures.keep_steps(
            by=None, procedure=procedure, name="长", steps=[{"name": f"第{n}个环节"} for n in range(60)]
        )
        with django_assert_max_num_queries(30):
            as_office.get(reverse("power", args=[procedure.power_id]))


@pytest.mark.parametrize("key", sorted(material.read("procedures.json")))
def test_the_procedures_of_the_sample_are_whole(key):
    steps = material.procedure(key)
    found = check.read(steps)
    assert not found.faults
    assert not found.warnings
    assert {risk.step for risk in material.powers()[key].risks} <= {step["name"] for step in steps}
