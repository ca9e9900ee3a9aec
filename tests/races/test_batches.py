"""Acts on many registers, numbers and the tree at once."""

import datetime
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotNow
from registers.models import Appointment, Register, Unit
from registers.services import tree
from registers.services.tree_check import faults
from tests.factories import make_section
from tests.races.arena import (
    FILL,
    ISSUE,
    MEETING,
    NOTICE,
    ROUNDS,
    Arena,
    at_once,
    events_match_decisions,
    make_arena,
    one_winner,
    only_refusals,
    seen_by,
    submit_all,
)
from workflow.acts import Act, new_key
from workflow.enums import Action, ItemOutcome, NoticeState
from workflow.models import Counter, Decision, ExchangePair, Issuance, IssuanceItem, Meeting, Notice, NoticeItem, Task
from workflow.services import cycles, issuing, meetings, notices
from workflow.services.numbering import next_number

pytestmark = pytest.mark.django_db(transaction=True)
FEW = max(2, ROUNDS // 10)  # rounds that need a world of their own
NUMBERS = 50


def take_number(bureau: Unit, *, fails: bool = False) -> str:
    with transaction.atomic():
        number = next_number(bureau=bureau, series="issue", year=2026, pattern="{prefix}〔{year}〕{n}号")
        if fails:
            raise NotNow("改变了主意。")
    return number


def test_fifty_people_take_numbers_at_once():
    arena = make_arena(0, steps=[FILL, ISSUE], opened=False)
    outcomes = at_once(*[partial(take_number, arena.bureau) for _ in range(NUMBERS)])
    only_refusals(outcomes)
    assert {outcome.result for outcome in outcomes} == {f"竞〔2026〕{n}号" for n in range(1, NUMBERS + 1)}


def test_a_number_that_was_rolled_back_is_given_out_again():
    arena = make_arena(0, steps=[FILL, ISSUE], opened=False)
    outcomes = at_once(*[partial(take_number, arena.bureau, fails=n % 2 == 0) for n in range(NUMBERS)])
    only_refusals(outcomes)
    given = {outcome.result for outcome in outcomes if outcome.won}
    assert given == {f"竞〔2026〕{n}号" for n in range(1, NUMBERS // 2 + 1)}
    assert Counter.objects.get(bureau=arena.bureau).last == NUMBERS // 2


def test_a_cycle_is_opened_twice_at_once():
    for _ in range(FEW):
        arena = make_arena(6, steps=[FILL, ISSUE], opened=False)
        outcomes = at_once(*[partial(cycles.open_registers, by=user, cycle=arena.cycle) for user in arena.office])
        only_refusals(outcomes)
        assert sum(outcome.result.count for outcome in outcomes if outcome.won) == 6
        assert Register.objects.filter(cycle=arena.cycle).count() == 6
        assert Task.objects.filter(register__cycle=arena.cycle, open=True).count() == 6


def test_a_change_is_begun_twice_at_once():
    arena = make_arena(6, steps=[FILL, ISSUE])
    issue_all(arena, submit_all(arena))
    for register in arena.registers():
        begin = partial(cycles.new_version, by=arena.filler(register), register=register, reason="职权变化")
        one_winner(at_once(begin, begin))
        assert Register.objects.filter(subject_key=register.subject_key).count() == 2


def test_a_pair_is_chosen_twice_at_once():
    for _ in range(FEW):
        arena = make_arena(0, steps=[FILL, ISSUE], opened=False)
        first, second = arena.sections
        choose = [
            partial(cycles.choose_pair, by=user, cycle=arena.cycle, unit=first, by_unit=second) for user in arena.office
        ]
        only_refusals(at_once(*choose))
        assert ExchangePair.objects.filter(cycle=arena.cycle).count() == 1


# Issue and meeting ----------------------------------------------------------------------------------------------------


def paper(number: str = "") -> issuing.Document:
    today = timezone.localdate()
    return issuing.Document(title="印发登记表", issued_on=today, in_force_from=today, number=number)


def issue_all(arena: Arena, registers: list[Register], **more):
    given = {"by": arena.office[0], "cycle": arena.cycle, "document": paper(), "key": new_key()}
    return issuing.issue(registers=tuple(registers), **(given | more))


def test_the_same_registers_are_issued_twice_at_once_in_crossing_order():
    for _ in range(FEW):
        arena = make_arena(5, steps=[FILL, ISSUE])
        registers = submit_all(arena)
        outcomes = at_once(
            partial(issue_all, arena, registers, by=arena.office[0]),
            partial(issue_all, arena, registers[::-1], by=arena.office[1]),
        )
        one_winner(outcomes)
        assert Issuance.objects.filter(cycle=arena.cycle).count() == 1
        assert IssuanceItem.objects.filter(register__cycle=arena.cycle).count() == 5
        assert all(events_match_decisions(register) for register in registers)


def test_one_document_number_is_used_twice_at_once():
    for _ in range(FEW):
        arena = make_arena(2, steps=[FILL, ISSUE])
        given = {"document": paper("竞发〔2026〕1号")}
        issues = [partial(issue_all, arena, [register], **given) for register in submit_all(arena)]
        one_winner(at_once(*issues))
        assert Issuance.objects.filter(cycle=arena.cycle).count() == 1


def test_a_double_click_issues_once_and_both_clicks_see_it_done():
    for _ in range(FEW):
        arena = make_arena(3, steps=[FILL, ISSUE])
        issue = partial(issue_all, arena, submit_all(arena), key=new_key())
        first, second = at_once(issue, issue)
        only_refusals([first, second])
        assert first.won, first.error
        assert second.won, second.error
        assert first.result == second.result
        assert Issuance.objects.filter(cycle=arena.cycle).count() == 1


def meet(arena: Arena, registers: list[Register], *, number: str, by, key: str = "") -> Meeting:
    minutes = meetings.Minutes(
        body="办公会议", held_on=timezone.localdate(), number=number, attendees=(meetings.Attendee(name="甲"),)
    )
    items = tuple(
        meetings.Item(register=register, outcome=ItemOutcome.PASSED, seen=seen_by(register)) for register in registers
    )
    return meetings.record_meeting(by=by, cycle=arena.cycle, minutes=minutes, items=items, key=key or new_key())


def test_two_meetings_on_the_same_registers_are_recorded_at_once_in_crossing_order():
    for _ in range(FEW):
        arena = make_arena(5, steps=[FILL, MEETING, ISSUE])
        registers = submit_all(arena)
        outcomes = at_once(
            partial(meet, arena, registers, number="1", by=arena.office[0]),
            partial(meet, arena, registers[::-1], number="2", by=arena.office[1]),
        )
        one_winner(outcomes)
        assert Decision.objects.filter(register__in=registers, action=Action.MEETING).count() == 5
        assert all(events_match_decisions(register) for register in registers)


def test_a_double_click_records_one_meeting_and_both_clicks_see_it_done():
    for _ in range(FEW):
        arena = make_arena(3, steps=[FILL, MEETING, ISSUE])
        record = partial(meet, arena, submit_all(arena), number="1", by=arena.office[0], key=new_key())
        first, second = at_once(record, record)
        only_refusals([first, second])
        assert first.won, first.error
        assert second.won, second.error
        assert first.result == second.result


# Notices --------------------------------------------------------------------------------------------------------------


def draft(arena: Arena, registers: list[Register], by=None) -> Notice:
    return notices.draft_notice(
        by=by or arena.office[0], cycle=arena.cycle, rule="within", registers=registers, contact="公开栏"
    )


def opened(arena: Arena, registers: list[Register]) -> Notice:
    """A notice whose period is over."""
    notice = notices.publish(by=arena.office[0], notice=draft(arena, registers), key=new_key())
    week = datetime.timedelta(days=7)
    Notice.objects.filter(pk=notice.pk).update(starts_on=notice.starts_on - week * 3, ends_on=notice.ends_on - week * 3)
    Task.objects.filter(register__in=registers).update(not_before=None)
    return notice


def test_a_notice_is_published_twice_at_once():
    for _ in range(FEW):
        arena = make_arena(3, steps=[FILL, NOTICE, ISSUE])
        registers = submit_all(arena)
        notice = draft(arena, registers)
        one_winner(at_once(*[partial(notices.publish, by=user, notice=notice, key=new_key()) for user in arena.office]))
        assert Decision.objects.filter(register__in=registers, action=Action.PUBLISH).count() == 3
        assert Counter.objects.get(bureau=arena.bureau, series="notice").last == 1


def test_a_register_is_taken_into_two_drafts_at_once_but_published_once():
    for _ in range(FEW):
        arena = make_arena(2, steps=[FILL, NOTICE, ISSUE])
        registers = submit_all(arena)
        drafts = at_once(*[partial(draft, arena, registers, user) for user in arena.office])
        only_refusals(drafts)
        made = [outcome.result for outcome in drafts if outcome.won]
        published = at_once(
            *[partial(notices.publish, by=arena.office[0], notice=notice, key=new_key()) for notice in made]
        )
        one_winner(published)
        assert NoticeItem.objects.filter(notice__state=NoticeState.OPEN, register__in=registers).count() == 2


@pytest.mark.parametrize("other", ["close", "withdraw", "take_out"])
def test_a_notice_is_closed_while_something_else_ends_it(other):
    for _ in range(FEW):
        arena = make_arena(2, steps=[FILL, NOTICE, ISSUE])
        registers = submit_all(arena)
        notice = opened(arena, registers)
        item = NoticeItem.objects.filter(notice=notice).order_by("-register").first()
        close = partial(notices.close_notice, by=arena.office[0], notice=notice, key=new_key())
        others = {
            "close": partial(notices.close_notice, by=arena.office[1], notice=notice, key=new_key()),
            "withdraw": partial(notices.withdraw_notice, by=arena.office[1], notice=notice, reason="内容有误"),
            "take_out": partial(notices.take_out, by=arena.discipline, item=item, act=Act(opinion="内容不实")),
        }
        outcomes = at_once(close, others[other])
        only_refusals(outcomes)
        if other != "take_out":  # a register taken out just before the end lets the rest go on
            one_winner(outcomes)
        for register in registers:
            ends = (Action.NOTICE_END, Action.TAKE_OUT, Action.WITHDRAW)
            assert Decision.objects.filter(register=register, action__in=[str(end) for end in ends]).count() == 1
            assert events_match_decisions(register)


# The tree and appointments --------------------------------------------------------------------------------------------


def test_two_people_move_units_at_once_and_the_tree_stays_whole():
    arena = make_arena(0, steps=[FILL, ISSUE], opened=False)
    parents = arena.sections
    units = [make_section(parents[n % 2], f"组{n}", kind="group") for n in range(6)]
    for number in range(ROUNDS):
        first, second = units[number % 6], units[(number + 1) % 6]
        targets = [parents[0], parents[1], second, arena.bureau]
        outcomes = at_once(
            partial(tree.move_unit, by=arena.office[0], unit=first, parent=targets[number % 4]),
            partial(tree.move_unit, by=arena.office[1], unit=second, parent=[first, *parents][number % 3]),
            partial(tree.add_unit, by=arena.office[1], name=f"新组{number}", kind="group", parent=first),
        )
        only_refusals(outcomes)
        assert not faults()
    assert Unit.objects.filter(name__startswith="新组").count() == ROUNDS
    assert Appointment.objects.count() == 0
