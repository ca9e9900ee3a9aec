"""Checks of what was done with many registers at once: meetings, notices, filings, issues, numbers, dates. Pure."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils import timezone

from accounts.templatetags.ui import full_day
from documents.filing_pack.checks_registers import page_of
from documents.filing_pack.facts import Entry, Facts
from documents.filing_pack.gaps import Gap, Link
from workflow.enums import Action, ItemOutcome, NoticeState
from workflow.models import Filing, Issuance, Meeting, Notice


def _meeting(meeting: Meeting) -> Link:
    return Link("meeting", (meeting.pk,), str(meeting))


def _notice(notice: Notice) -> Link:
    return Link("notice", (notice.pk,), notice.number or notice.title)


def _filing(filing: Filing) -> Link:
    return Link("filing", (filing.pk,), filing.number or filing.body)


def _issuance(issuance: Issuance) -> Link:
    return Link("issuance", (issuance.pk,), issuance.number or issuance.title)


def _passed(entry: Entry, kind: str) -> bool:
    """Whether a finished register had to go through a step of that kind, and did not skip it."""
    keys = {step.key for step in entry.route.steps if step.kind == kind}
    skipped = {row.step for row in entry.decisions if row.action == Action.SKIP}
    return entry.finished and bool(keys - skipped)


def meetings_are_recorded(facts: Facts) -> Iterator[Gap]:
    """What a meeting decides stands in a record with number, date and the people present."""
    for meeting in facts.meetings:
        if not meeting.number.strip():
            yield Gap(f"{full_day(meeting.held_on)}的“{meeting.body}”没有纪要编号。", _meeting(meeting))
        if not meeting.there:
            yield Gap(f"“{meeting}”没有记录出席人员。", _meeting(meeting))
        if meeting.held_on > timezone.localdate(meeting.recorded_at):
            yield Gap(f"“{meeting}”的会议日期晚于记录日期。", _meeting(meeting))
    for entry in facts.entries:
        if _passed(entry, "meeting") and not any(item.outcome == ItemOutcome.PASSED for item in entry.meetings):
            yield Gap(f"{entry.name}没有会议审定的记录。", page_of(entry))


def notices_have_their_period(facts: Facts) -> Iterator[Gap]:
    """Every register was shown, from a day to a day, and to the end of that time."""
    for notice in facts.notices:
        if notice.state == NoticeState.WITHDRAWN:
            continue
        if notice.starts_on is None or notice.ends_on is None:
            yield Gap(f"公示“{notice.title}”没有写明起止日期。", _notice(notice))
        elif notice.state == NoticeState.OPEN:
            yield Gap(f"公示“{notice.title}”还没有结束。", _notice(notice))
        elif notice.closed_at is None or timezone.localdate(notice.closed_at) <= notice.ends_on:
            yield Gap(f"公示“{notice.title}”没有满公示期就结束了。", _notice(notice))
    for entry in facts.entries:
        if _passed(entry, "notice") and not any(item.outcome == ItemOutcome.PASSED for item in entry.notices):
            yield Gap(f"{entry.name}没有公示过的记录。", page_of(entry))


def comments_are_handled(facts: Facts) -> Iterator[Gap]:
    """No comment waits for its answer. Only how many: what they say is for those who receive them."""
    for notice in facts.notices:
        left = facts.comments.get(notice.pk, (0, 0))[1]
        if left:
            yield Gap(f"公示“{notice.title}”还有 {left} 条意见没有办结。", _notice(notice))


def filings_have_receipts(facts: Facts) -> Iterator[Gap]:
    """What is owed to a body was handed in, and the body has given its receipt."""
    for entry in facts.entries:
        for item in entry.filings:
            if item.filing is None:
                yield Gap(f"{entry.name}还没有报{item.body}备案。", Link("filings", (), "备案"))
            elif item.received_on is None:
                yield Gap(f"{entry.name}报{item.body}备案（{item.filing.number}），还没有回执。", _filing(item.filing))
            elif not item.receipt_number.strip():
                yield Gap(f"{entry.name}的备案回执没有备案号（{item.filing.number}）。", _filing(item.filing))
        owed = {to.body for step in entry.route.steps for to in step.files_to}
        done = {item.body for item in entry.filings}
        for body in sorted(owed - done) if entry.finished else ():
            yield Gap(f"{entry.name}没有报{body}备案的记录。", page_of(entry))


def issues_are_numbered(facts: Facts) -> Iterator[Gap]:
    """What is in force has a document number and the day from which it holds."""
    for issuance in facts.issuances:
        if not issuance.number.strip():
            yield Gap(f"{full_day(issuance.issued_on)}印发的“{issuance.title}”没有文号。", _issuance(issuance))
    for entry in facts.entries:
        if not entry.finished:
            continue
        if not entry.register.number.strip():
            yield Gap(f"{entry.name}生效了，但没有印发文号。", page_of(entry))
        if entry.register.in_force_from is None:
            yield Gap(f"{entry.name}没有生效日期。", page_of(entry))
    for notice in facts.notices:
        if not notice.number.strip() and notice.state != NoticeState.WITHDRAWN:
            yield Gap(f"公示“{notice.title}”没有文号。", _notice(notice))
    for filing in facts.filings:
        if not filing.number.strip():
            yield Gap(f"{full_day(filing.filed_on)}报{filing.body}的备案报告没有文号。", _filing(filing))


def numbers_are_unique(facts: Facts) -> Iterator[Gap]:
    """No document number stands on two documents, and no minutes number on two meetings."""
    seen: dict[str, list[tuple[str, Link]]] = defaultdict(list)
    for issuance in facts.issuances:
        seen[issuance.number.strip()].append((f"印发“{issuance.title}”", _issuance(issuance)))
    for notice in facts.notices:
        seen[notice.number.strip()].append((f"公示“{notice.title}”", _notice(notice)))
    for filing in facts.filings:
        seen[filing.number.strip()].append((f"报{filing.body}的备案报告", _filing(filing)))
    for meeting in facts.meetings:
        seen[meeting.number.strip()].append((f"{full_day(meeting.held_on)}的“{meeting.body}”", _meeting(meeting)))
    for number, papers in seen.items():
        if number and len(papers) > 1:
            names = "、".join(name for name, _ in papers)
            yield Gap(f"文号“{number}”用了 {len(papers)} 次：{names}。", papers[-1][1])


def deadlines_are_kept(facts: Facts) -> Iterator[Gap]:
    """Nothing waits beyond its day. What was handed in late is only noted: it cannot be mended."""
    for entry in facts.entries:
        for task in entry.late:
            step = next((step.name for step in entry.route.steps if step.key == task.step), task.step)
            yield Gap(f"{entry.name}的“{step}”期限是{full_day(task.due_on)}，已经逾期。", page_of(entry))
    for date in facts.dates:
        late = [entry for entry in facts.entries if _late_for(entry, date.key, date.due_on)]
        if late:
            link = Link("cycle_date", (facts.cycle.pk, date.pk), f"期限：{date.name}")
            names = "、".join(entry.register.subject_name for entry in late[:5]) + ("等" if len(late) > 5 else "")
            yield Gap(
                f"{len(late)} 张登记表晚于“{date.name}”的期限（{full_day(date.due_on)}）提交：{names}。",
                link,
                note=True,
            )


def _late_for(entry: Entry, key: str, due) -> bool:
    """Whether the first submission at a step of that deliverable came after the day."""
    steps = {step.key for step in entry.route.steps if step.deliverable == key}
    first = next((row for row in entry.decisions if row.step in steps and row.action == Action.SUBMIT), None)
    return first is not None and timezone.localdate(first.at) > due
