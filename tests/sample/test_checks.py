"""The check before a filing pack: the sample bureau's finished trial is complete, and every planted gap is found."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from documents.filing_pack.checking import CHECKS, check, is_complete
from documents.filing_pack.facts import facts_of
from registers.content import canonical, digest
from registers.enums import RedactionState, RegisterState
from registers.models import Cycle, Redaction, Register
from tests.plumbing.database import behind_its_back
from workflow import seals
from workflow.enums import Action
from workflow.models import (
    Comment,
    Decision,
    FilingItem,
    Inclusion,
    Issuance,
    Meeting,
    MeetingAttendee,
    MeetingItem,
    Notice,
    Seal,
    Task,
)

# Each test in a transaction of its own, inside that of the sample.
pytestmark = pytest.mark.django_db


def change(model, pk: int, **values) -> None:
    """As only somebody with the database in hand could: past all services and guards."""
    with behind_its_back():
        assert QuerySet(model=model).filter(pk=pk).update(**values) == 1


def post(trial: Cycle) -> Register:
    """A post of a section, compiled twice above."""
    return trial.registers.filter(scope="post", section__name="规划股", post__is_head=False).earliest("pk")


def sealed_again(register: Register, alter: Callable[[dict], None]) -> None:
    """A newer seal of the register, with its right digest but another content."""
    old = seals.latest(register)
    content = dict(old.data)
    alter(content)
    text = canonical(content)
    Seal.objects.create(register=register, round=1, step=old.step, content=text, digest=digest(text), issue=True)


# What is planted --------------------------------------------------------------------------------------------------


def stop_a_register(trial: Cycle) -> None:
    change(Register, post(trial).pk, state=RegisterState.STOPPED)


def leave_on_the_road(trial: Cycle) -> None:
    change(Register, post(trial).pk, state=RegisterState.MOVING, step="meeting")


def alter_a_seal(trial: Cycle) -> None:
    seal = seals.latest(post(trial))
    change(Seal, seal.pk, content=seal.content.replace('"duties":"', '"duties":"改', 1))


def forget_a_child(trial: Cycle) -> None:
    Inclusion.objects.filter(child=post(trial)).delete()


def change_a_point(trial: Cycle) -> None:
    sealed_again(post(trial), lambda content: content["rows"][0]["points"][0].update(name="后来改写的风险点"))


def change_a_level(trial: Cycle) -> None:
    register = post(trial)
    point = seals.latest(register).data["rows"][0]["points"][0]
    sealed_again(register, lambda content: content.update(levels={point["lineage"]: 3}))


def lose_an_opinion(trial: Cycle) -> None:
    decision = Decision.objects.get(register=post(trial), step="discipline", action=Action.AGREE)
    change(Decision, decision.pk, step="peers")


def lose_a_name(trial: Cycle) -> None:
    decision = Decision.objects.get(register=post(trial), step="office", action=Action.AGREE)
    change(Decision, decision.pk, by_name="", by_title="")


def sign_too_late(trial: Cycle) -> None:
    register = post(trial)
    opened = register.notice_items.get().notice.opened_at
    decision = Decision.objects.get(register=register, step="discipline", action=Action.AGREE)
    change(Decision, decision.pk, at=opened + datetime.timedelta(days=1))


def lose_a_minutes_number(trial: Cycle) -> None:
    change(Meeting, trial.meetings.earliest("pk").pk, number=" ")


def lose_the_attendees(trial: Cycle) -> None:
    MeetingAttendee.objects.filter(meeting=trial.meetings.earliest("pk")).delete()


def lose_a_meeting_item(trial: Cycle) -> None:
    change(MeetingItem, MeetingItem.objects.get(register=post(trial)).pk, outcome="returned")


def lose_the_end_of_a_notice(trial: Cycle) -> None:
    change(Notice, trial.notices.earliest("pk").pk, ends_on=None)


def end_a_notice_too_early(trial: Cycle) -> None:
    notice = trial.notices.earliest("pk")
    change(Notice, notice.pk, closed_at=notice.opened_at)


def leave_a_comment(trial: Cycle) -> None:
    Comment.objects.create(notice=trial.notices.earliest("pk"), text="不可外传的意见", receipt="r")


def lose_a_receipt(trial: Cycle) -> None:
    item = FilingItem.objects.filter(register__cycle=trial).earliest("pk")
    change(FilingItem, item.pk, received_on=None, receipt_number="")


def forget_a_filing(trial: Cycle) -> None:
    item = FilingItem.objects.filter(register__cycle=trial).earliest("pk")
    change(FilingItem, item.pk, cancelled=True)


def lose_a_document_number(trial: Cycle) -> None:
    change(Register, post(trial).pk, number="")


def lose_the_number_of_an_issue(trial: Cycle) -> None:
    change(Issuance, trial.issuances.earliest("pk").pk, number="")


def use_a_number_twice(trial: Cycle) -> None:
    first, second, *_ = trial.notices.order_by("pk")
    change(Notice, second.pk, number=first.number)


def let_a_task_wait(trial: Cycle) -> None:
    due = timezone.localdate() - datetime.timedelta(days=3)
    Task.objects.create(register=post(trial), step="meeting", round=1, desk="role:office", due_on=due)


@dataclass(frozen=True)
class Planted:
    plant: Callable[[Cycle], None]
    found_by: str
    said: str
    also: tuple[str, ...] = ()  # checks that rightly find the same thing from another side


WHOLE, FRESH, AGREE = "汇总表收齐下级登记表", "汇总之后下级没有变动", "岗位、科室和单位的合计一致"
SIGNED, MEETINGS, NOTICES = "各步意见和署名齐全", "会议记录和纪要编号齐全", "公示有起止日期并且满期"
FILED, NUMBERED = "备案都有回执", "文号和生效日期齐全"
GAPS = [
    Planted(stop_a_register, "应有的登记表都有", "没有岗位登记表", (WHOLE,)),
    Planted(leave_on_the_road, "登记表都已办完", "局办公会议研究决定"),
    Planted(alter_a_seal, "封存内容与封存码相符", "不符"),
    Planted(forget_a_child, WHOLE, "没有汇总"),
    Planted(change_a_point, FRESH, "改过风险点"),
    Planted(change_a_level, AGREE, "它自己的登记表是"),
    Planted(lose_an_opinion, SIGNED, "没有“纪检监察组审核”的意见"),
    Planted(lose_a_name, SIGNED, "没有署名"),
    Planted(sign_too_late, "先签署、后公示", "签署晚于公示"),
    Planted(lose_a_minutes_number, MEETINGS, "没有纪要编号"),
    Planted(lose_the_attendees, MEETINGS, "没有记录出席人员"),
    Planted(lose_a_meeting_item, MEETINGS, "没有会议审定的记录"),
    Planted(lose_the_end_of_a_notice, NOTICES, "没有写明起止日期"),
    Planted(end_a_notice_too_early, NOTICES, "没有满公示期"),
    Planted(leave_a_comment, "公示意见都已办结", "还有 1 条意见"),
    Planted(lose_a_receipt, FILED, "还没有回执"),
    Planted(forget_a_filing, FILED, "没有报县委备案"),
    Planted(lose_a_document_number, NUMBERED, "没有印发文号"),
    Planted(lose_the_number_of_an_issue, NUMBERED, "没有文号"),
    Planted(use_a_number_twice, "文号不重复", "用了 2 次"),
    Planted(let_a_task_wait, "没有逾期", "已经逾期"),
]


def found(trial: Cycle) -> dict[str, tuple]:
    """What is missing, by check."""
    return {result.check.name: result.missing for result in check(facts_of(trial)) if result.missing}


def test_the_finished_trial_of_the_sample_is_complete(trial):
    assert found(trial) == {}
    assert is_complete(check(facts_of(trial)))


def test_what_was_handed_in_late_is_told_but_is_no_gap(trial):
    dates = trial.dates.get(key="find_tables")
    change(type(dates), dates.pk, due_on=trial.starts_on)
    results = check(facts_of(trial))
    assert is_complete(results)
    assert any("晚于" in gap.said for result in results for gap in result.notes)


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.plant.__name__)
def test_a_planted_gap_is_found_with_a_link_to_its_place(trial, gap):
    gap.plant(trial)
    missing = found(trial)
    assert gap.found_by in missing
    assert set(missing) <= {gap.found_by, *gap.also}
    told = [one for one in missing[gap.found_by] if gap.said in one.said]
    assert told, missing
    assert reverse(told[0].link.name, args=told[0].link.args)
    assert "不可外传" not in str(missing)


def test_a_seal_of_which_a_piece_was_blanked_by_law_is_no_gap(trial):
    asked = {"bureau": trial.bureau, "what": "号码", "ground": "申请", "proposed_by": User.objects.earliest("pk")}
    alter_a_seal(trial)
    Redaction.objects.create(**asked, state=RedactionState.DONE, rows=[["workflow_seal", seals.latest(post(trial)).pk]])
    assert found(trial) == {}


def test_every_check_has_a_gap_that_it_finds():
    """Two checks look at what has no seal at all: the present cycle of the sample has such registers."""
    assert {one.name for one in CHECKS} - {gap.found_by for gap in GAPS} == {"方案的各个附件都有", "登记表都已封存"}


def test_the_present_cycle_of_the_sample_is_not_complete(trial):
    present = Cycle.objects.select_related("scheme", "bureau").filter(bureau=trial.bureau).latest("pk")
    missing = found(present)
    assert {"登记表都已办完", "登记表都已封存", "方案的各个附件都有"} <= missing.keys()
    assert any("附件6" in gap.said for gap in missing["方案的各个附件都有"])


def test_reading_takes_the_same_few_queries_for_any_number_of_registers(trial, django_assert_max_num_queries):
    for cycle in Cycle.objects.select_related("scheme", "bureau").filter(bureau=trial.bureau):
        with django_assert_max_num_queries(27):
            check(facts_of(cycle))


def test_a_comment_in_an_open_notice_is_not_even_counted(trial):
    present = Cycle.objects.filter(bureau=trial.bureau).latest("pk")
    assert Comment.objects.filter(notice__cycle=present).exists()
    assert facts_of(present).comments == {}
