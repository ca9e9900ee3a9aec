"""The power list: who keeps it, what it shows, and that nobody overwrites what he has not seen."""

import pytest
from django.urls import reverse

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers import powers as reading
from registers.enums import RegisterState
from registers.models import Power, ProcedureStep, Register, Regulation
from registers.procedures.table import rearranged
from registers.services import powers, procedures, regulations
from registers.services.tracking import Outdated, stamp
from tests import factories
from workflow.public_powers import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return factories.make_bureau()


@pytest.fixture
def section(bureau):
    return factories.make_section(bureau)


@pytest.fixture
def office(bureau):
    return factories.grant(Role.OFFICE, bureau)


@pytest.fixture
def head(section):
    return factories.appoint(factories.make_post(section, "规划股股长", head=True))


@pytest.fixture
def clerk(section):
    return factories.appoint(factories.make_post(section, "规划管理岗"))


@pytest.fixture
def as_office(client, office):
    client.force_login(office)
    return client


# Who may keep ---------------------------------------------------------------------------------------------------------


def test_the_office_keeps_all_and_a_head_his_own_section(bureau, section, office, head):
    other = factories.make_section(bureau, "质监站")
    section.refresh_from_db()
    assert powers.add_power(by=office, unit=other, name="质量监督").unit == other
    assert powers.add_power(by=head, unit=section, name="规划许可").section == section
    with pytest.raises(NotAllowed, match="质监站"):
        powers.add_power(by=head, unit=other, name="别的")


def test_a_clerk_keeps_nothing(section, clerk):
    with pytest.raises(NotAllowed):
        powers.add_power(by=clerk, unit=section, name="规划许可")


def test_the_office_of_another_bureau_keeps_nothing_here(section):
    stranger = factories.grant(Role.OFFICE, factories.make_bureau("县交通局"))
    with pytest.raises(NotAllowed):
        powers.add_power(by=stranger, unit=section, name="规划许可")


def test_publishing_to_society_is_for_the_office(section, office, head):
    power = powers.add_power(by=head, unit=section, name="规划许可")
    with pytest.raises(NotAllowed, match="向社会公开"):
        powers.change_power(by=head, power=power, published=True)
    powers.change_power(by=office, power=power, published=True)
    assert list(published()) == [power]


# What a write leaves --------------------------------------------------------------------------------------------------


def test_each_write_is_one_event_and_one_history_row(section, office):
    power = powers.add_power(by=office, unit=section, name="规划许可")
    powers.change_power(by=office, power=power, legal_basis="《城乡规划法》第四十条", reason="补依据")
    powers.change_power(by=office, power=power, legal_basis="《城乡规划法》第四十条")
    powers.close_power(by=office, power=power)
    assert [event.verb for event in Event.objects.order_by("pk") if event.verb.startswith("power")] == [
        "power.add",
        "power.change",
        "power.close",
    ]
    assert [row.history_change_reason for row in power.history.order_by("pk")] == ["", "补依据", ""]
    assert not published().exists()


def test_a_change_on_top_of_an_unseen_one_is_a_conflict(section, office, head):
    power = powers.add_power(by=office, unit=section, name="规划许可")
    seen = stamp(power)
    powers.change_power(by=head, power=power, seen=seen, time_limit="20个工作日")
    with pytest.raises(Outdated):
        powers.change_power(by=office, power=power, seen=seen, time_limit="15个工作日")
    power.refresh_from_db()
    assert power.time_limit == "20个工作日"


def test_a_second_power_of_the_same_name_is_refused_and_not_taken_for_the_first(section, office, head):
    powers.add_power(by=office, unit=section, name="规划许可")
    for by in (office, head):
        with pytest.raises(NotNow, match="已有职权"):
            powers.add_power(by=by, unit=section, name="规划许可", content="另一件事")


def test_linking_a_regulation_is_in_the_history_and_unlinking_too(bureau, section, office):
    power = powers.add_power(by=office, unit=section, name="规划许可")
    rule = regulations.add_regulation(by=office, bureau=bureau, title="规划许可管理制度")
    assert reading.gap_counts(Power.objects.all())["no_regulation"] == 1
    powers.link_regulation(by=office, power=power, regulation=rule)
    powers.link_regulation(by=office, power=power, regulation=rule)
    assert reading.gap_counts(Power.objects.all())["no_regulation"] == 0
    assert Event.objects.filter(verb="power.link").count() == 1
    newest = power.history.first()
    assert newest.history_user == office
    assert [link.regulation for link in newest.regulations.all()] == [rule]
    powers.link_regulation(by=office, power=power, regulation=rule, linked=False)
    assert not power.regulations.exists()


def test_a_repealed_regulation_is_linked_no_more(bureau, section, office):
    power = powers.add_power(by=office, unit=section, name="规划许可")
    rule = regulations.add_regulation(by=office, bureau=bureau, title="旧制度")
    regulations.close_regulation(by=office, regulation=rule)
    with pytest.raises(NotNow, match="已废止"):
        powers.link_regulation(by=office, power=power, regulation=rule)


# Procedures -----------------------------------------------------------------------------------------------------------


def steps(*names: str) -> list[dict]:
    return [{"name": name, "actor": "规划股", "risky": name == "审查"} for name in names]


def test_steps_keep_their_identity_when_they_are_moved(section, office):
    power = powers.add_power(by=office, unit=section, name="规划许可")
    procedure = procedures.add_procedure(by=office, power=power, name="许可流程", steps=steps("受理", "审查", "决定"))
    rows = list(procedure.steps.values("id", *procedures.STEP_FIELDS))
    seen = procedures.stamp(procedure)
    moved = [rows[1], rows[0], rows[2], {"name": "送达"}]
    procedures.keep_steps(by=office, procedure=procedure, name="许可流程", steps=moved, seen=seen)
    assert list(procedure.steps.values_list("name", "order")) == [("审查", 1), ("受理", 2), ("决定", 3), ("送达", 4)]
    assert procedure.steps.get(name="审查").pk == rows[1]["id"]
    assert procedure.steps.get(name="决定").history.count() == 1
    with pytest.raises(Outdated):
        procedures.keep_steps(by=office, procedure=procedure, name="许可流程", steps=[], seen=seen)


def test_a_step_that_a_submitted_register_names_is_not_removed(section, office):
    power = factories.make_power(section, steps=("受理", "审查"))
    procedure = power.procedures.get()
    register = factories.make_register(section)
    block = factories.make_row(register, power)
    block.step = procedure.steps.first()
    block.save()
    Register.objects.filter(pk=register.pk).update(state=RegisterState.MOVING)
    with pytest.raises(NotNow, match="受理"):
        procedures.keep_steps(by=office, procedure=procedure, name="x", steps=[])
    with pytest.raises(NotNow):
        procedures.remove_procedure(by=office, procedure=procedure)
    assert procedure.steps.count() == 2


@pytest.mark.parametrize(
    "act, order",
    [("up:1", "bac"), ("down:0", "bac"), ("up:0", "abc"), ("down:2", "abc"), ("remove:1", "ac"), ("up:9", "abc")],
)
def test_rows_move_by_their_buttons(act, order):
    assert "".join(row["name"] for row in rearranged([{"name": name} for name in "abc"], act)) == order


# Pages ----------------------------------------------------------------------------------------------------------------


def fill(bureau, section, items: int) -> Power:
    cycle = factories.make_cycle(bureau)
    register = factories.make_register(section, cycle=cycle)
    rule = factories.make_regulation(bureau)
    for n in range(items):
        power = factories.make_power(section, f"职权{n}", steps=("受理",), kind="permit")
        power.regulations.add(rule)
        factories.make_row(register, power)
    Register.objects.filter(pk=register.pk).update(state=RegisterState.IN_FORCE)
    return power


PAGES = ["powers", "power_gaps", "regulations", "power", "regulation", "power_regulations"]


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_the_same_few_queries_for_one_row_and_for_three(
    as_office, bureau, section, django_assert_max_num_queries, name, items
):
    power = fill(bureau, section, items)
    needs = {"power": power.pk, "power_regulations": power.pk}
    needs["regulation"] = power.regulations.get().pk
    url = reverse(name, args=[needs[name]] if name in needs else [])
    with django_assert_max_num_queries(20):
        assert as_office.get(url).status_code == 200


def test_the_list_answers_its_filters(as_office, bureau, section):
    fill(bureau, section, 2)
    factories.make_power(section, "内部采购", external=False, major=True, legal_basis="采购法")
    factories.make_power(bureau, "全局决策")

    def names(query: str) -> set[str]:
        page = as_office.get(f"{reverse('powers')}?{query}").context["page"]
        return {power.name for power in page}

    assert names("") == {"职权0", "职权1", "内部采购", "全局决策"}
    assert names(f"unit={section.pk}") == {"职权0", "职权1", "内部采购"}
    assert names("internal=1") == names("major=1") == names("q=采购法") == {"内部采购"}
    assert names("no_regulation=1") == {"内部采购", "全局决策"}
    assert names("kind=permit&no_basis=1") == {"职权0", "职权1"}


def test_the_page_of_a_power_shows_its_points_in_force(as_office, bureau, section):
    power = fill(bureau, section, 1)
    said = as_office.get(reverse("power", args=[power.pk])).content.decode()
    assert "越权审批" in said
    assert "二级" in said


def test_a_neighbour_bureau_does_not_see_and_a_clerk_does_not_change(client, section, clerk):
    power = factories.make_power(section)
    client.force_login(clerk)
    assert client.get(reverse("power", args=[power.pk])).status_code == 200
    assert client.get(reverse("power_change", args=[power.pk])).status_code == 403
    stranger = factories.appoint(factories.make_post(factories.make_bureau("县交通局"), "科员"))
    client.force_login(stranger)
    assert client.get(reverse("power", args=[power.pk])).status_code == 404
    assert client.get(reverse("powers") + f"?unit={section.pk}").status_code == 404


def test_administrators_read_no_powers(client, bureau, section):
    factories.make_power(section)
    client.force_login(factories.grant(Role.SYSTEM_ADMIN, bureau))
    assert "建设工程规划许可" not in client.get(reverse("powers")).content.decode()


def power_form(**changes) -> dict:
    return {"name": "规划许可", "external": "on", "order": "0", "reason": "", "seen": ""} | changes


def test_a_power_is_added_changed_and_closed_by_the_pages(as_office, section):
    answer = as_office.post(f"{reverse('power_add')}?unit={section.pk}", power_form(legal_basis="规划法"))
    power = Power.objects.get()
    assert answer.url == reverse("power", args=[power.pk])
    change = reverse("power_change", args=[power.pk])
    as_office.post(change, power_form(name="建设工程规划许可", published="on", seen=stamp(power)))
    power.refresh_from_db()
    assert (power.name, power.published) == ("建设工程规划许可", True)
    as_office.post(reverse("power_close", args=[power.pk]), {"ends_on": "2012-03-01", "seen": stamp(power)})
    power.refresh_from_db()
    assert str(power.closed_on) == "2012-03-01"


def test_a_conflict_page_shows_both_and_keeps_what_was_typed(as_office, section, head):
    power = factories.make_power(section, time_limit="10日")
    seen = stamp(power)
    powers.change_power(by=head, power=power, time_limit="20日")
    answer = as_office.post(reverse("power_change", args=[power.pk]), power_form(time_limit="15日", seen=seen))
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "两处改动不一样" in said
    assert 'value="15日"' in said
    power.refresh_from_db()
    assert power.time_limit == "20日"


def table(procedure, act: str, *rows: dict, seen: str | None = None) -> dict:
    data = {"name": procedure.name, "act": act, "seen": procedures.stamp(procedure) if seen is None else seen}
    data |= {"step-TOTAL_FORMS": len(rows), "step-INITIAL_FORMS": len(rows)}
    for n, row in enumerate(rows):
        data |= {f"step-{n}-{name}": value for name, value in row.items()}
    return data


def test_steps_are_kept_by_normal_posts(as_office, section):
    power = factories.make_power(section)
    as_office.post(reverse("procedure_add", args=[power.pk]), {"name": "许可流程"})
    procedure = power.procedures.get()
    url = reverse("procedure", args=[procedure.pk])
    answer = as_office.post(url, table(procedure, "up:1", {"name": "受理"}, {"name": "审查", "risky": "on"}))
    assert [form.initial["name"] for form in answer.context["formset"]] == ["审查", "受理"]
    assert not procedure.steps.exists()
    as_office.post(url, table(procedure, "save", {"name": "审查", "risky": "on"}, {"name": "受理"}, {}))
    assert list(procedure.steps.values_list("name", "risky")) == [("审查", True), ("受理", False)]
    answer = as_office.post(url, table(procedure, "save", {"actor": "规划股"}))
    assert "请写环节名称" in answer.content.decode()
    answer = as_office.post(url, table(procedure, "save", {"name": "只剩一步"}, seen="旧"))
    assert answer.status_code == 409
    assert "只剩一步" in answer.content.decode()
    assert "审查" in answer.content.decode()
    as_office.post(reverse("procedure_remove", args=[procedure.pk]), {})
    assert not ProcedureStep.objects.exists()


def test_a_regulation_is_kept_by_the_pages(as_office, bureau, section):
    data = {"title": "规划许可管理制度", "change": "new", "reason": "", "seen": ""}
    as_office.post(reverse("regulation_add", args=[bureau.pk]), data)
    rule = Regulation.objects.get()
    as_office.post(reverse("regulation_change", args=[rule.pk]), data | {"change": "revise", "seen": stamp(rule)})
    rule.refresh_from_db()
    assert rule.change == "revise"
    power = factories.make_power(section)
    link = reverse("power_link", args=[power.pk, rule.pk])
    as_office.post(link)
    assert list(power.regulations.all()) == [rule]
    as_office.post(link, {"undo": "1"})
    assert not power.regulations.exists()
    as_office.post(reverse("regulation_close", args=[rule.pk]), {"ends_on": "2012-03-01", "seen": stamp(rule)})
    rule.refresh_from_db()
    assert rule.closed_on is not None


def test_who_adds_a_power_first_chooses_among_the_units_that_he_keeps(client, section, head, clerk):
    client.force_login(head)
    form = client.get(reverse("power_add")).context["form"]
    assert list(form.fields["unit"].queryset) == [section]
    client.force_login(clerk)
    assert client.get(reverse("power_add")).status_code == 403


def test_a_cycle_of_another_scheme_does_not_rename_the_powers_that_are_listed(bureau):
    """000 and 001 share the key of permits, and only 000 knows penalties: no other name, and never a bare key."""
    factories.make_cycle(bureau, factories.make_scheme("s000"), year=2011)
    factories.make_cycle(bureau, factories.make_scheme("s001"), year=2017)
    words = reading.words_of(bureau)
    assert [words.kind(key) for key in ("permit", "penalty", "enforcement")] == ["行政许可", "行政处罚", "环保执法"]


def test_the_history_names_kinds_and_areas_and_shows_no_bare_keys(as_office, section):
    factories.make_cycle(section.bureau, factories.make_scheme("s000"))
    power = factories.make_power(section, kind="manage")
    text = as_office.get(reverse("history", args=["power", power.pk])).content.decode()
    assert "行政管理" in text
    assert "manage" not in text
