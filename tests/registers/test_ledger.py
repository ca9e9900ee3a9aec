"""The ledger: gravest first whatever a level is called, each row once, only what one may see, quick at any size."""

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from audit.models import Event
from registers import ledger as ledgers
from registers.access import visible_registers
from registers.enums import RegisterState
from registers.ledger import Chosen, ledger_of
from registers.ledger_rows import all_lines, lines_of
from registers.models import Control, RiskPoint
from registers.services import in_force
from tests.factories import (
    appoint,
    grant,
    make_bureau,
    make_cycle,
    make_post,
    make_power,
    make_register,
    make_row,
    make_scheme,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
MAY = datetime.date(2012, 5, 1)


def enforce(register, day=MAY, until=None):
    """In force as the engine would leave it, without walking its road."""
    register.state = RegisterState.REPLACED if until else RegisterState.IN_FORCE
    register.number, register.in_force_from, register.in_force_until = "东建廉〔2012〕5号", day, until
    register.save()
    in_force.leave(register) if until else in_force.enter(register)
    return register


def bureau_with(scheme: str, ranks=(1, 2, 3), name="县建设局", above=None):
    """A bureau with one section, one post and one register in force with a point of each rank."""
    bureau = make_bureau(name, above=above)
    cycle = make_cycle(bureau, make_scheme(scheme))
    section = make_section(bureau)
    post = make_post(section)
    register = make_register(post, cycle=cycle)
    for rank in ranks:
        make_row(register, name=f"{scheme}风险{rank}", level_rank=rank)
    return enforce(register)


def shown(user, **chosen) -> list:
    ledger = ledger_of(user, Chosen(**chosen))
    return lines_of(ledger, ledger.ids(0, 50))


@pytest.fixture
def two():
    """Plans 000 and 003 in one database: 一级 is the gravest in one and the lightest in the other."""
    authority = make_bureau("县纪委")
    registers = (
        bureau_with("s000", (3, 1, 2), "县建设局", authority),
        bureau_with("s003", (2, 3, 1), "县工商局", authority),
    )
    return authority, *registers


def test_both_directions_of_levels_sort_count_and_colour_right_in_one_database(two, client):
    authority, first, second = two
    user = grant(Role.DISCIPLINE, authority)
    lines = shown(user)
    told = [(line.name[-1], line.level.name, line.level.tone) for line in lines]
    assert told == [
        ("1", "一级", "grave"),
        ("1", "三级", "grave"),
        ("2", "二级", "middle"),
        ("2", "二级", "middle"),
        ("3", "三级", "light"),
        ("3", "一级", "light"),
    ]
    assert ledger_of(user, Chosen()).counts == [
        ("grave", "重", "grave", 2),
        ("middle", "中", "middle", 2),
        ("light", "轻", "light", 2),
    ]
    assert [line.level.name for line in shown(user, level="grave")] == ["一级", "三级"]
    client.force_login(user)
    text = client.get(reverse("ledger")).content.decode()
    assert text.index('level-grave">一级') < text.index('level-light">一级')
    assert text.index('level-grave">三级') < text.index('level-light">三级')


@pytest.mark.parametrize("scheme, names", [("s000", ["一级", "二级", "三级"]), ("s003", ["三级", "二级", "一级"])])
def test_one_scheme_is_counted_and_filtered_by_its_own_level_names(scheme, names):
    user = grant(Role.OFFICE, bureau_with(scheme).bureau)
    ledger = ledger_of(user, Chosen())
    assert [(key, count) for key, _, _, count in ledger.counts] == [("1", 1), ("2", 1), ("3", 1)]
    assert [line.level.name for line in shown(user)] == names
    assert [line.level.name for line in shown(user, level="1")] == names[:1]
    assert ledger_of(user, Chosen(level="1")).counts == ledger.counts


def test_a_cycle_of_another_scheme_changes_no_names_before_its_first_register_counts():
    register = bureau_with("s000")
    make_cycle(register.bureau, make_scheme("s003"), year=2017)
    reader = grant(Role.LEADER, register.bureau)
    assert [name for _, name, *_ in ledger_of(reader, Chosen()).counts][0].startswith("一级")


def test_only_rows_in_force_count_and_each_once():
    register = bureau_with("small", (1,))
    user = grant(Role.OFFICE, register.bureau)
    make_row(make_register(make_post(register.unit, "另一岗"), cycle=register.cycle), name="还在路上")
    removed = make_row(register, name="填报人删除的行")
    removed.removed_at = timezone.now()
    removed.save()
    enforce(register)
    assert [line.name for line in shown(user)] == ["small风险1"]


def test_points_of_one_level_stand_as_in_the_tree_whichever_register_was_made_first():
    bureau = make_bureau()
    cycle, section = make_cycle(bureau, make_scheme("s000")), make_section(bureau)
    for subject in (make_post(section, "重点岗"), make_post(section, "安全岗"), section):
        register = make_register(subject, cycle=cycle)
        make_row(register, name=subject.name, level_rank=1)
        enforce(register)
    lines = shown(grant(Role.OFFICE, bureau))
    assert [line.name for line in lines] == [section.name, "安全岗", "重点岗"]  # by reading: ān before zhòng


def test_an_unrated_point_stands_last_and_is_counted():
    register = bureau_with("small", (3, None))
    user = grant(Role.OFFICE, register.bureau)
    assert [line.level and line.level.name for line in shown(user)] == ["三级", None]
    assert ledger_of(user, Chosen()).counts[-1] == ("none", "未评级", "", 1)
    assert len(ledger_of(user, Chosen(level="none"))) == 1


def test_the_ledger_of_a_past_day_shows_what_held_then():
    register = bureau_with("small", (1,))
    user = grant(Role.OFFICE, register.bureau)
    old = make_register(register.post, cycle=register.cycle, version=9)
    make_row(old, name="旧版的风险", level_rank=3)
    enforce(old, datetime.date(2011, 1, 1), until=MAY)
    day = datetime.date(2011, 12, 31)
    assert [(line.name, line.level.name) for line in shown(user, day=day)] == [("旧版的风险", "三级")]
    assert [line.name for line in shown(user, day=MAY)] == ["small风险1"]
    assert [line.name for line in shown(user)] == ["small风险1"]


def test_filters_narrow_by_subtree_kind_power_kind_and_text():
    register = bureau_with("small", (1, 2))
    user = grant(Role.OFFICE, register.bureau)
    group = make_section(register.unit, "测绘组")
    deep = make_register(make_post(group, "测绘岗"), cycle=register.cycle)
    make_row(deep, make_power(group, "测绘成果审查", kind="permit"), name="测绘成果失实", kind="duty")
    enforce(deep)
    other = make_register(make_post(make_section(register.bureau, "财务股"), "出纳岗"), cycle=register.cycle)
    make_row(other, name="挪用资金", kind="thought")
    enforce(other)
    group.refresh_from_db()
    names = lambda **chosen: {line.name for line in shown(user, **chosen)}  # noqa: E731
    assert names(unit=group) == {"测绘成果失实"}
    assert names(unit=register.unit) == {"small风险1", "small风险2", "测绘成果失实"}
    assert names(unit=register.bureau, text="资金") == {"挪用资金"}
    assert names(power_kind="permit") == {"测绘成果失实"}
    assert names(kind="duty") == {"测绘成果失实"}


def test_the_ledger_reaches_exactly_as_far_as_the_registers():
    authority = make_bureau("县纪委")
    first = bureau_with("s000", (1,), "甲局", authority)
    bureau_with("s003", (1,), "乙局", authority)
    group = make_section(first.unit, "测绘组")
    deep = enforce(make_register(make_post(group, "组长岗", head=True), cycle=first.cycle))
    make_row(deep, name="组内")
    enforce(deep)
    own = make_post(first.bureau, "总工岗")
    root = make_register(own, cycle=first.cycle)
    make_row(root, name="本级")
    enforce(root)
    people = {
        "authority": grant(Role.DISCIPLINE, authority),
        "office": grant(Role.OFFICE, first.bureau),
        "colleague": appoint(make_post(first.unit, "同事岗")),
        "chief": appoint(make_post(first.bureau, "局长", head=True)),
        "engineer": appoint(own),
        "head": appoint(deep.post),
        "stranger": make_user("外人"),
        "administrator": grant(Role.SYSTEM_ADMIN, first.bureau),
    }
    for name, user in people.items():
        live = visible_registers(user).in_force()
        wanted = set(RiskPoint.objects.filter(register__in=live).values_list("pk", flat=True))
        assert set(ledger_of(user, Chosen()).ids(0, 99)) == wanted, name
    assert len(ledger_of(people["authority"], Chosen())) == 4
    assert len(ledger_of(people["stranger"], Chosen())) == 0


def test_pages_and_big_groups_join_without_a_gap(monkeypatch):
    monkeypatch.setattr(ledgers, "BIG", 3)
    register = bureau_with("small", (1, 2, 3))
    for n in range(7):
        other = make_register(make_post(make_section(register.bureau, f"第{n}股"), "岗"), cycle=register.cycle)
        make_row(other, name=f"{n}甲", level_rank=1 + n % 2)
        make_row(other, name=f"{n}乙", level_rank=3)
        enforce(other)
    ledger = ledger_of(grant(Role.OFFICE, register.bureau), Chosen())
    whole = ledger.ids(0, len(ledger))
    ranks = list(RiskPoint.objects.in_bulk(whole)[pk].level_rank for pk in whole)
    assert ranks == sorted(ranks)
    assert len(set(whole)) == len(ledger) == 17
    assert [pk for start in range(0, 17, 4) for pk in ledger.ids(start, start + 4)] == whole
    assert [line.name for line in all_lines(ledger)] == [line.name for line in lines_of(ledger, whole)]


@pytest.mark.parametrize("rows", [3, 60])
def test_the_page_asks_the_same_number_of_questions_for_3_and_60_rows(client, django_assert_max_num_queries, rows):
    register = bureau_with("small", [1 + n % 3 for n in range(rows)])
    client.force_login(grant(Role.OFFICE, register.bureau))
    with django_assert_max_num_queries(20):
        text = client.get(reverse("ledger")).content.decode()
    assert f"共{rows}条" in text


def test_administrators_see_no_ledger(client):
    register = bureau_with("small", (1,))
    client.force_login(grant(Role.AUDIT_ADMIN, register.bureau))
    assert client.get(reverse("ledger")).status_code == 403
    assert client.get(reverse("ledger_export")).status_code == 403


def test_the_export_holds_the_filtered_rows_in_order_and_is_one_event(two, client):
    authority, first, second = two
    Control.objects.create(block=first.blocks.first(), text="另一条措施", order=2)
    user = grant(Role.DISCIPLINE, authority)
    client.force_login(user)
    answer = client.get(reverse("ledger_export"), {"unit": first.bureau_id})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[6] for row in rows] == ["一级", "二级", "三级"]
    assert any("2. 另一条措施" in row[7] for row in rows)
    event = Event.objects.get(verb="ledger.export")
    assert (event.detail["rows"], event.detail["filter"]["unit"], event.bureau) == (3, "县建设局", first.bureau_id)
