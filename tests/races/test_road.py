"""Two acts on one register at once: one goes through, the other reads a sentence."""

from dataclasses import replace
from functools import partial

import pytest

from registers.content import canonical, content_of
from registers.models import Block, Register
from registers.rows import RowData, data_of, with_items
from registers.services import editing
from tests.factories import appoint
from tests.races.arena import (
    FILL,
    ISSUE,
    REVIEW,
    ROUNDS,
    at_once,
    events_match_decisions,
    make_arena,
    one_winner,
    only_refusals,
    seen_by,
    submit_all,
)
from workflow import seals
from workflow.acts import Act
from workflow.enums import Action
from workflow.models import Decision, Seal, Task
from workflow.services import deciding, filling

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = [FILL, REVIEW, ISSUE]


def decisions(register: Register, *actions: Action) -> list[Decision]:
    return list(Decision.objects.filter(register=register, action__in=[str(action) for action in actions]))


def test_two_people_approve_at_once():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in submit_all(arena):
        seen = seen_by(register)
        outcomes = at_once(
            *[partial(deciding.agree, register=register, by=user, act=Act(seen=seen)) for user in arena.office]
        )
        one_winner(outcomes)
        assert len(decisions(register, Action.AGREE)) == 1
        register.refresh_from_db()
        assert register.step == "issue"
        assert Task.objects.filter(register=register, open=True).count() == 1
        assert events_match_decisions(register)


def test_one_approves_while_another_sends_back():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in submit_all(arena):
        first, second = arena.office
        act = Act(seen=seen_by(register), opinion="查找不全")
        agree, back = at_once(
            partial(deciding.agree, register=register, by=first, act=Act(seen=act.seen)),
            partial(deciding.send_back, register=register, by=second, act=act),
        )
        one_winner([agree, back])
        register.refresh_from_db()
        assert (register.step, register.round) == (("issue", 1) if agree.won else ("fill", 2))
        assert len(decisions(register, Action.AGREE, Action.SEND_BACK)) == 1
        assert events_match_decisions(register)


def test_one_withdraws_while_another_approves():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in submit_all(arena):
        outcomes = at_once(
            partial(filling.withdraw, register=register, by=arena.filler(register), act=Act()),
            partial(deciding.agree, register=register, by=arena.office[0], act=Act(seen=seen_by(register))),
        )
        one_winner(outcomes)
        assert len(decisions(register, Action.AGREE, Action.WITHDRAW)) == 1
        assert events_match_decisions(register)


def test_a_double_click_submits_once_and_both_clicks_see_it_done():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in arena.registers():
        submit = partial(filling.submit, register=register, by=arena.filler(register), act=Act(seen=seen_by(register)))
        assert both_see_it_done(submit)
        assert len(decisions(register, Action.SUBMIT)) == Seal.objects.filter(register=register).count() == 1
        assert events_match_decisions(register)


@pytest.mark.parametrize("verb", [deciding.agree, deciding.send_back])
def test_a_double_click_decides_once_and_both_clicks_see_it_done(verb):
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in submit_all(arena):
        act = Act(seen=seen_by(register), opinion="依据充分")
        assert both_see_it_done(partial(verb, register=register, by=arena.office[0], act=act))
        assert len(decisions(register, Action.AGREE, Action.SEND_BACK)) == 1


def test_a_double_click_withdraws_once_and_both_clicks_see_it_done():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in submit_all(arena):
        assert both_see_it_done(partial(filling.withdraw, register=register, by=arena.filler(register), act=Act()))
        assert len(decisions(register, Action.WITHDRAW)) == 1


def both_see_it_done(click) -> bool:
    first, second = at_once(click, click)
    only_refusals([first, second])
    assert first.won, first.error
    assert second.won, second.error
    return first.result == second.result


def test_two_tabs_submit_at_once():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in arena.registers():
        by = arena.filler(register)
        one_winner(at_once(*[partial(filling.submit, register=register, by=by, act=Act()) for _ in range(2)]))
        assert len(decisions(register, Action.SUBMIT)) == Seal.objects.filter(register=register).count() == 1
        assert events_match_decisions(register)


def test_an_edit_while_the_register_is_submitted_is_sealed_or_refused():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in arena.registers():
        by = arena.filler(register)
        block = with_items(Block.objects.filter(register=register)).get()
        data = renamed(data_of(block), "改过的风险点")
        edit, submit = at_once(
            partial(editing.save_block, block=block, by=by, seen=0, data=data),
            partial(filling.submit, register=register, by=by, act=Act()),
        )
        only_refusals([edit, submit])
        assert submit.won
        register.refresh_from_db()
        sealed = seals.latest(register).data
        assert canonical(sealed["rows"]) == canonical(content_of(register)["rows"])
        assert (sealed["rows"][0]["points"][0]["name"] == "改过的风险点") == edit.won


def renamed(row: RowData, name: str) -> RowData:
    """The same row with another name of its point."""
    return replace(row, points=(replace(row.points[0], name=name),))


def test_two_tabs_edit_one_row_at_once():
    arena = make_arena(ROUNDS, steps=STEPS)
    for register in arena.registers():
        by = arena.filler(register)
        block = with_items(Block.objects.filter(register=register)).get()
        rows = [renamed(data_of(block), name) for name in ("甲页的写法", "乙页的写法")]
        outcomes = at_once(*[partial(editing.save_block, block=block, by=by, seen=0, data=row) for row in rows])
        one_winner(outcomes)
        loser = next(outcome.error for outcome in outcomes if not outcome.won)
        stored = data_of(with_items(Block.objects.filter(register=register)).get()).points[0].name
        assert stored == loser.theirs.points[0].name
        assert {stored, loser.mine.points[0].name} == {"甲页的写法", "乙页的写法"}, "nothing typed is lost"


def test_two_holders_take_up_one_register_at_once():
    arena = make_arena(ROUNDS, steps=STEPS)
    Register.objects.update(filler=None)
    for register in arena.registers():
        people = [arena.filler(register), appoint(register.post)]
        one_winner(at_once(*[partial(filling.claim, register=register, by=user) for user in people]))
        register.refresh_from_db()
        assert register.filler in people
