"""A notice shows exactly what its rule allows, for its working days, and every register leaves it by itself."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.exceptions import NotAllowed, NotNow
from accounts.roles import Role
from audit.models import Event
from registers.content import content_of
from registers.enums import RegisterState
from registers.exceptions import Conflict
from registers.models import RoleGrant
from registers.schemes.columns import COLUMNS
from registers.schemes.parse import parse
from registers.schemes.store import spec_of
from tests import factories
from tests.factories import make_user, scheme_text
from tests.small_scheme import small_scheme_text
from tests.workflow.notice_world import at_notice, back, let_end, make_notice_world, published
from workflow import masking
from workflow import notices as reading
from workflow.acts import new_key
from workflow.catalogue import with_catalogue
from workflow.enums import Action, ItemOutcome, NoticeState, TaskKind
from workflow.models import Decision, Holiday, Notice, NoticeItem, Task
from workflow.services import notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_notice_world()


@pytest.fixture
def office(world):
    return world.people["办公室甲"]


@pytest.fixture
def two(world):
    posts = world.posts["规划管理岗"], world.posts["施工许可岗"]
    return [at_notice(world.cycle, post) for post in posts]


def texts(value) -> str:
    """Everything that a frozen table says, as one text."""
    if isinstance(value, dict):
        return "|".join(texts(part) for part in value.values())
    return "|".join(map(texts, value)) if isinstance(value, list) else str(value)


# What is seen ---------------------------------------------------------------------------------------------------------

MARKED = {
    "v": 1,
    "register": {"id": 1, "scope": "post", "cycle": "", "year": 2012, "version": 1, "scheme": "small@1"},
    "subject": {
        "key": "post:1", "name": "值post", "unit": "值unit", "bureau": "值bureau", "tier": "other",
        "tier_name": "值tier", "duties": "值duties",
    },
    "factors": {"likely": "值factors"},
    "declared_rank": 1,
    "zero_reason": "值zero",
    "rows": [
        {
            "lineage": "b1", "unit": "值unit", "post": {"id": 1, "name": "值post"},
            "power": {"id": 1, "name": "值power", "kind": "值power_kind", "content": "值content", "major": True,
                      "discretion": "值discretion"},
            "matter": "", "step": "值step",
            "points": [
                {"lineage": "p1", "kind": "值kind", "class": "值class", "name": "值point",
                 "manifestation": "值manifestation", "factors": {"harm": "值factors"}, "channel": "值channel",
                 "declared_rank": 3}
            ],
            "controls": [
                {"lineage": "c1", "point": "p1", "text": "值controls", "kind": "值control_kind",
                 "owner": "值control_owner", "regulation": "值regulation", "due": "值due"}
            ],
            "responsible": {"direct": "值direct", "department": "值department", "leader": "值leader"},
        }
    ],
    "levels": {},
}  # fmt: skip
# A column may show, beside its own value, what it is made of.
ALSO = {"responsible": {"direct"}, "powers": {"power"}, "points": {"point"}}


@given(mask=st.lists(st.sampled_from(sorted(COLUMNS)), unique=True))
def test_no_value_of_an_unmasked_field_gets_into_a_table(mask):
    spec = parse(small_scheme_text(), name="small")
    table = texts({key: value for key, value in masking.shown(MARKED, spec, tuple(mask)).items() if key != "columns"})
    allowed = set(mask).union(*(ALSO.get(key, set()) for key in mask))
    allowed = {key for key in allowed if not COLUMNS[key].inner}
    for key in [*COLUMNS, "zero", "content", "discretion"]:
        value = f"值{key}"
        if key not in allowed and not (key == "bureau" and not {"unit", "post"} & allowed):
            assert value not in table.split("|"), key
    if "level" not in mask:
        assert "三级 一般" not in table


def test_inner_columns_stay_out_even_when_a_mask_names_them(world, office, two):
    spec = parse(small_scheme_text(), name="small")
    table = masking.shown(MARKED, spec, ("point", "channel", "factors", "declared_level", "suggested_level"))
    assert [column["key"] for column in table["columns"]] == ["point"]


def test_the_determined_level_is_shown_and_controls_go_with_their_points():
    spec = parse(small_scheme_text(), name="small")
    row = MARKED["rows"][0]
    second = row["points"][0] | {"lineage": "p2", "name": "第二点"}
    control = row["controls"][0] | {"lineage": "c2", "point": "p2", "text": "第二措施"}
    content = MARKED | {
        "rows": [row | {"points": [*row["points"], second], "controls": [*row["controls"], control]}],
        "levels": {"p2": 1},
    }
    rows = masking.shown(content, spec, ("order", "point", "level", "controls"))["rows"]
    assert [(texts(r["point"]), texts(r["controls"])) for r in rows] == [
        ("值point", "值controls"),
        ("第二点", "第二措施"),
    ]
    assert [r["level"] for r in rows] == [
        [{"text": "三级 一般", "tone": "light"}],
        [{"text": "一级 重点", "tone": "grave"}],
    ]


def test_compiled_rows_are_shown_with_their_origin():
    spec = parse(small_scheme_text(), name="small")
    own = {
        "key": "unit:1",
        "name": "规划股",
        "unit": "规划股",
        "bureau": "局",
        "tier": "",
        "tier_name": "",
        "duties": "",
    }
    child = {"register": 9, "subject": MARKED["subject"], "levels": {"p1": 1}, "rows": MARKED["rows"]}
    content = MARKED | {
        "register": MARKED["register"] | {"scope": "section"}, "subject": own, "rows": [], "compiled": [child]
    }  # fmt: skip
    table = masking.shown(content, spec, ("unit", "post", "point", "level"))
    assert table["subject"] == "规划股"
    assert [row["origin"] for row in table["rows"]] == ["值unit 值post"]
    assert table["rows"][0]["level"][0]["text"] == "一级 重点"


@pytest.mark.parametrize("key", ["000", "001", "002", "003", "004"])
def test_every_plans_mask_is_kept_to_the_letter(key):
    names = {"000": "000-dongyuan-construction", "001": "001-shangjie-environment", "002": "002-district-key-posts",
             "003": "003-jiuquan-industry", "004": "004-putuo-investment"}  # fmt: skip
    spec = parse(scheme_text(names[key]), name=key)
    for (scope, _), rule in reading.notice_steps(spec).items():
        content = MARKED | {"register": MARKED["register"] | {"scope": scope}}
        table = masking.shown(content, spec, rule.fields)
        assert {column["key"] for column in table["columns"]} <= set(rule.fields)
        assert "值discretion" not in texts(table)
        assert "值channel" not in texts(table)


# Publishing -----------------------------------------------------------------------------------------------------------


def test_publishing_freezes_the_masked_table_and_lets_the_period_run(world, office, two):
    notice = published(world, *two)
    assert notice.state == NoticeState.OPEN
    assert "〔" in notice.number
    for item in notice.items.select_related("register"):
        assert "裁量" not in texts(item.shown)
        assert "风险1" in texts(item.shown)
        assert item.register.waiting == "notice"
        task = Task.objects.get(register=item.register, open=True, kind=TaskKind.ACT)
        assert task.not_before == notice.ends_on + datetime.timedelta(days=1)
        assert item.register.decisions.get().action == Action.PUBLISH


def test_what_is_shown_does_not_change_when_the_register_is_written_to_afterwards(world, two):
    notice = published(world, *two)
    before = notice.items.first().shown
    two[0].points.update(name="改过的风险")
    assert NoticeItem.objects.get(pk=notice.items.first().pk).shown == before


def test_the_preview_is_what_will_be_seen(world, office, two):
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    previewed = [reading.table_of(item) for item in reading.visible_items(notice)]
    notices.publish(by=office, notice=notice, key=new_key(), seen=reading.preview_token(notice))
    assert [item.shown for item in reading.visible_items(notice)] == previewed


def test_the_first_wording_names_the_scheme_once_and_keeps_the_contact_of_the_last_notice(world, office, two):
    rule = spec_of(world.cycle.scheme).notice("shown")
    assert notices.suggested(cycle=world.cycle, rule=rule, registers=two).contact == ""
    notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组，二楼")
    text = notices.suggested(cycle=world.cycle, rule=rule, registers=two)
    assert text.contact == "纪检组，二楼"
    assert f"《{world.cycle.scheme.name}》" in text.body
    assert "《《" not in text.body
    assert "个工作日" not in text.body  # the paper prints the period; the office may still change it


def test_a_draft_that_changed_since_its_preview_is_not_published(world, office, two):
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    seen = reading.preview_token(notice)
    text = notices.Text(title="另一标题", body="", contact="纪检组", days=5)
    notices.change_notice(by=office, notice=notice, text=text, registers=two[:1], row_version=0)
    with pytest.raises(NotNow, match="重新预览"):
        notices.publish(by=office, notice=notice, key=new_key(), seen=seen)


def test_two_people_writing_one_draft_do_not_overwrite_each_other(world, office, two):
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    text = notices.Text(title="一", body="", contact="纪检组", days=5)
    notices.change_notice(by=office, notice=notice, text=text, registers=two, row_version=0)
    with pytest.raises(Conflict) as conflict:
        notices.change_notice(
            by=office, notice=notice, text=notices.Text("二", "", "纪检组", 5), registers=two, row_version=0
        )
    assert (conflict.value.mine.title, conflict.value.theirs.title) == ("二", "一")


def test_the_period_counts_working_days_with_holidays(settings):
    friday = datetime.date(2026, 9, 25)
    for day in range(1, 8):
        Holiday.objects.create(day=datetime.date(2026, 10, day), name="国庆节")
    Holiday.objects.create(day=datetime.date(2026, 10, 10), working=True)
    start, end, warning = notices.period(5, friday)
    assert (start, end, warning) == (friday, datetime.date(2026, 10, 9), "")


def test_a_period_beyond_the_holiday_table_is_told():
    Holiday.objects.create(day=datetime.date(2026, 10, 1))
    assert "2027" in notices.period(5, datetime.date(2026, 12, 31))[2]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": 0}, "不少于 5 个工作日"),
        ({"days": 61}, "不少于 5 个工作日"),
        ({"contact": " "}, "联系方式"),
        ({"registers": []}, "至少选择"),
    ],
)
def test_a_notice_without_period_contact_or_registers_is_refused(world, office, two, changes, sentence):
    given = {"cycle": world.cycle, "rule": "shown", "registers": two, "contact": "纪检组"} | changes
    with pytest.raises(NotNow, match=sentence):
        notices.draft_notice(by=office, **given)


def test_a_mask_wider_than_the_rule_is_refused_at_publication(world, office, two):
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    for fields in ([], [*notice.fields, "duties"], [*notice.fields, "channel"]):
        Notice.objects.filter(pk=notice.pk).update(fields=fields)
        with pytest.raises(NotNow, match="栏目"):
            notices.publish(by=office, notice=notice, key=new_key())


def test_a_register_can_be_in_one_notice_only(world, office, two):
    notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    with pytest.raises(NotNow, match="另一份公示"):
        notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two[:1], contact="纪检组")
    assert reading.waiting_for_notice([world.bureau.pk]) == []


def test_nobody_but_the_keeper_of_notices_drafts_or_publishes(world, office, two):
    with pytest.raises(NotAllowed):
        published(world, *two, by=world.people["规划股股长"])
    with pytest.raises(NotAllowed):
        published(world, *two, by=world.people["上级办公室"])


def test_the_same_form_twice_publishes_once(world, office, two):
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    key = new_key()
    first = notices.publish(by=office, notice=notice, key=key)
    assert notices.publish(by=office, notice=notice, key=key).number == first.number
    assert Decision.objects.filter(action=Action.PUBLISH).count() == 2


# Ending ---------------------------------------------------------------------------------------------------------------


def test_a_notice_cannot_be_closed_before_its_period_is_over(world, office, two):
    notice = published(world, *two)
    with pytest.raises(NotNow, match="期满后"):
        notices.close_notice(by=office, notice=notice, key=new_key())
    Notice.objects.filter(pk=notice.pk).update(ends_on=timezone.localdate())
    with pytest.raises(NotNow, match="期满后"):
        notices.close_notice(by=office, notice=notice, key=new_key())


def test_after_the_period_every_register_goes_on(world, office, two):
    notice = let_end(published(world, *two))
    result = notices.close_notice(by=office, notice=notice, key=new_key())
    assert (result.passed, result.failed) == (2, [])
    for register in two:
        register.refresh_from_db()
        assert (register.step, register.waiting) == ("issue", "")
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED


def test_a_register_that_cannot_go_on_is_reported_and_the_others_go(world, office, two, monkeypatch):
    notice = let_end(published(world, *two))
    stale = two[0].pk
    monkeypatch.setattr(
        "workflow.compiling.stale_children", lambda register: [register] if register.pk == stale else []
    )
    result = notices.close_notice(by=office, notice=notice, key=new_key())
    assert result.passed == 1
    assert "重新汇总" in result.failed[0]
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    monkeypatch.undo()
    assert notices.close_notice(by=office, notice=notice, key=new_key()).passed == 1


def test_only_the_register_of_the_item_leaves_the_notice(world, office, two):
    notice = published(world, *two)
    item = notice.items.get(register=two[0])
    notices.take_out(by=world.people["纪检组组长"], item=item, act=back(return_to="fill"))
    for register in two:
        register.refresh_from_db()
    assert (two[0].step, two[0].state, two[0].waiting) == ("fill", RegisterState.FILLING, "")
    assert (two[1].step, two[1].waiting) == ("notice", "notice")
    decision = two[0].decisions.latest("pk")
    assert (decision.action, decision.by_title) == (Action.TAKE_OUT, "纪检组组长")
    assert [entry.register_id for entry in reading.visible_items(notice)] == [two[1].pk]
    notices.close_notice(by=office, notice=let_end(notice), key=new_key())
    outcomes = dict(notice.items.values_list("register", "outcome"))
    assert outcomes == {two[0].pk: ItemOutcome.RETURNED, two[1].pk: ItemOutcome.PASSED}


@pytest.mark.parametrize(
    "name", ["办公室甲", "规划管理岗", "规划股股长", "分管副局长", "主要领导", "公示员", "上级纪委"]
)
def test_nobody_but_the_recipient_takes_a_register_out(world, two, name):
    notice = published(world, *two)
    with pytest.raises(NotAllowed):
        notices.take_out(by=world.people[name], item=notice.items.get(register=two[0]), act=back())


def test_taking_out_needs_grounds_and_a_limit_that_is_not_past(world, two):
    item = published(world, *two).items.first()
    by = world.people["纪检组组长"]
    with pytest.raises(NotNow, match="理由"):
        notices.take_out(by=by, item=item, act=back(" "))
    with pytest.raises(NotNow, match="今天"):
        notices.take_out(by=by, item=item, act=back(limit_on=datetime.date(2020, 1, 1)))


def test_a_withdrawn_notice_lets_its_registers_wait_for_another(world, office, two):
    notice = published(world, *two)
    with pytest.raises(NotNow, match="理由"):
        notices.withdraw_notice(by=office, notice=notice, reason="")
    notices.withdraw_notice(by=office, notice=notice, reason="公示期算错")
    assert len(reading.waiting_for_notice([world.bureau.pk])[0].registers) == 2
    assert not reading.for_everybody().exists()
    again = published(world, *two)
    assert again.number != notice.number


def test_every_act_is_one_event(world, office, two):
    notice = let_end(published(world, *two))
    notices.close_notice(by=office, notice=notice, key=new_key())
    verbs = list(Event.objects.filter(verb__startswith="notice.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["notice.draft", "notice.publish", "notice.close"]


# Who may see ----------------------------------------------------------------------------------------------------------

INSIDE = {"规划管理岗", "规划股股长", "分管副局长", "办公室甲", "纪检组组长", "上级纪委", "主要领导"}
SEES = {  # audience → who of these sees it
    "section": INSIDE,
    "bureau": INSIDE | {"施工许可岗"},
    "intranet": INSIDE | {"施工许可岗", "外人", "系统管理员"},
}
PEOPLE = sorted(set().union(*SEES.values()))


@pytest.mark.parametrize("audience", [*SEES, "society"])
def test_every_audience_sees_what_is_meant_for_it(audience):
    world = make_notice_world(audience)
    register = at_notice(world.cycle, world.posts["规划管理岗"])
    section = world.sections["规划股"] if audience == "section" else None
    notice = published(world, register, section=section)
    world.people["外人"] = make_user("外人")
    for name in PEOPLE:
        seen = reading.for_user(world.people[name]).filter(pk=notice.pk).exists()
        assert seen == (audience == "society" or name in SEES[audience]), name
    assert reading.for_everybody().filter(pk=notice.pk).exists() == (audience == "society")


def test_a_notice_on_the_intranet_is_shown_to_listed_networks_only(settings):
    world = make_notice_world("intranet")
    published(world, at_notice(world.cycle, world.posts["规划管理岗"]))
    settings.INTRANET_NETS = ["10.1.0.0/16"]
    assert reading.for_everybody("10.1.2.3").exists()
    assert not reading.for_everybody("10.2.2.3").exists()
    assert not reading.for_everybody("not an address").exists()


def test_a_draft_is_seen_by_its_keepers_only(world, office, two):
    notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two, contact="纪检组")
    assert not reading.for_everybody().exists()
    assert not reading.for_user(world.people["纪检组组长"]).exists()
    assert reading.kept_by(office).exists()
    assert reading.kept_by(world.people["公示员"]).exists()
    assert not RoleGrant.objects.filter(role=Role.PUBLISHER, user=office).exists()


def test_legal_bases_areas_and_kinds_of_another_scheme_are_shown_by_their_words():
    bureau = factories.make_bureau()
    factories.make_cycle(bureau, factories.make_scheme("s001"))
    cycle = factories.make_cycle(bureau, factories.make_scheme("s003"))
    post = factories.make_post(factories.make_section(bureau))
    power = factories.make_power(post, kind="charge", legal_basis="《排污费征收使用管理条例》")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register, power=power)
    content = with_catalogue(content_of(register), ("basis", "power_kind"), bureau)
    table = masking.shown(content, spec_of(cycle.scheme), ("basis", "power_kind", "point"))
    assert [row["basis"][0]["text"] for row in table["rows"]] == ["《排污费征收使用管理条例》"]
    assert [row["power_kind"][0]["text"] for row in table["rows"]] == ["排污收费"]


def test_delete_draft_throws_a_draft_away_for_who_publishes_and_nothing_that_was_published(world, two):
    office = world.people["办公室甲"]
    notice = notices.draft_notice(by=office, cycle=world.cycle, rule="shown", registers=two[:1], contact="纪检组")
    with pytest.raises(NotAllowed):
        notices.delete_draft(by=world.people["规划管理岗"], notice=notice)
    assert Notice.objects.filter(pk=notice.pk).exists()
    shown = published(world, two[1])
    with pytest.raises(NotNow, match="不能再改"):
        notices.delete_draft(by=office, notice=shown)
    assert Notice.objects.filter(pk=shown.pk, state=NoticeState.OPEN).exists()
    notices.delete_draft(by=office, notice=notice)
    assert not Notice.objects.filter(pk=notice.pk).exists()
