"""Issuing letters of supervision and what follows: every act is added, nothing is changed."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from audit import services as audit
from registers.access import standing
from registers.models import RiskPoint, Unit
from registers.schemes.letter_model import LetterRule
from registers.schemes.store import spec_of
from supervision import access, texts
from supervision.access import Subject
from supervision.enums import StepKind
from supervision.models import Letter, LetterStep
from workflow.services.numbering import next_number

MOST_POINTS = 200


@dataclass(frozen=True)
class Draft:
    """What was typed for a letter."""

    kind: str
    facts: str
    source: str = ""
    demand: str = ""
    lineages: tuple[str, ...] = ()
    due_on: datetime.date | None = None


def citable(subject: Subject) -> list[dict]:
    """The risk points in force that a letter to this subject can name: lineage, name and level in local words."""
    where = (
        {"register__post": subject.post} if subject.post else {"register__unit": subject.unit, "register__post": None}
    )
    rows = RiskPoint.objects.filter(live_rank__isnull=False, block__removed_at=None, **where)
    rows = rows.select_related("register__scheme").order_by("live_rank", "register_id", "order", "pk")
    return [{"lineage": row.lineage, "name": row.name, "level": _level(row)} for row in rows[:MOST_POINTS]]


def _level(point: RiskPoint) -> str:
    levels = spec_of(point.register.scheme).levels
    return next((level.name for level in levels if level.rank == point.live_rank), "")


def earlier(subject: Subject) -> list[Letter]:
    """The letters that this subject has had, newest first; what was revoked does not count."""
    rows = Letter.objects.filter(unit=subject.unit, post=subject.post).exclude(steps__kind=StepKind.REVOKE)
    return list(rows.told()[:50])


def suggested(rules: Sequence[LetterRule], had: Sequence[Letter]) -> dict[str, str]:
    """Rule key → why it is time for that sort: plan 001 (red card after repeated yellow ones), 000 (三诫勉)."""
    found = {}
    for rule in rules:
        before = [letter for letter in had if rule.after and letter.kind == rule.after]
        if rule.after and len(before) >= rule.count:
            found[rule.key] = f"同一对象已收到{len(before)}份“{before[0].name}”，可以发出“{rule.name}”。"
    return found


def compose(subject: Subject, rule: LetterRule, draft: Draft) -> list[str]:
    """The paragraphs of the letter as it would go out."""
    return texts.paragraphs(
        rule,
        subject=subject.name,
        bureau=subject.bureau.name,
        source=draft.source,
        facts=draft.facts,
        demand=draft.demand,
        points=_cited(subject, draft.lineages),
        due_on=draft.due_on,
    )


def _cited(subject: Subject, lineages: Sequence[str]) -> list[dict]:
    known = {point["lineage"]: point for point in citable(subject)} if lineages else {}
    if any(lineage not in known for lineage in lineages):
        raise NotNow("所选的风险点已经变化，请重新选择。")
    return [known[lineage] for lineage in dict.fromkeys(lineages)]


@transaction.atomic
def issue(*, by: User, subject: Subject, draft: Draft, key: str) -> Letter:
    """Issue a letter under the next number. The same key a second time gives the same letter.

    Raises NotAllowed (who), NotNow (what is missing).
    """
    list(Unit.objects.select_for_update(of=("self",)).filter(pk=subject.bureau.pk))  # a double click waits here
    done = Letter.objects.filter(key=key, by=by).first()
    if done:
        return done
    scheme, rule = access.rules_for(by, subject).get(draft.kind, (None, None))
    if rule is None:
        raise NotAllowed("您不能向这个对象发出这种监督文书。")
    if subject.post and subject.post.pk in {post.pk for post in standing(by).posts}:
        raise NotAllowed("不能向本人的岗位发出监督文书。")
    today = timezone.localdate()
    _check(rule, draft, today)
    number = next_number(
        bureau=subject.bureau, series=f"l:{rule.key}"[:20], year=today.year, pattern=rule.number_pattern
    )
    letter = Letter(
        bureau=subject.bureau,
        scheme=scheme,
        kind=rule.key,
        name=rule.name,
        number=number,
        organ=texts.organ(rule, subject.bureau.name),
        unit=subject.unit,
        post=subject.post,
        addressee=subject.name,
        source=draft.source,
        facts=draft.facts.strip(),
        points=_cited(subject, draft.lineages),
        paragraphs=compose(subject, rule, draft),
        due_on=draft.due_on,
        issued_on=today,
        by=by,
        by_title=_title(by, rule, subject),
        key=key,
    )
    letter.digest = digest_of(letter)
    letter.save()
    audit.record(verb="letter.issue", by=by, bureau=letter.bureau_id, target=letter, to=letter.addressee)
    return letter


def _check(rule: LetterRule, draft: Draft, today: datetime.date) -> None:
    if not draft.facts.strip():
        raise NotNow("请写明发现的问题。")
    if rule.days and not draft.due_on:
        raise NotNow("请写明回复期限。")
    if draft.due_on and draft.due_on < today:
        raise NotNow("回复期限不能早于今天。")


def _title(by: User, rule: LetterRule, subject: Subject) -> str:
    place = access.issuing_unit(rule, subject.bureau)
    grants = [grant for grant in standing(by).grants if grant.role == rule.role and grant.unit_id == place.pk]
    return grants[0].title or grants[0].get_role_display() if grants else ""


def digest_of(letter: Letter) -> str:
    """SHA-256 over what is printed, so that a copy can be compared."""
    said = [letter.name, letter.number, letter.organ, letter.addressee, letter.issued_on.isoformat(), letter.paragraphs]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def act(
    *, letter: Letter, by: User, kind: StepKind, text: str, key: str, due_on: datetime.date | None = None
) -> LetterStep:
    """Answer, close, return or revoke a letter. The same key a second time does nothing. Raises NotAllowed, NotNow."""
    list(Letter.objects.select_for_update().filter(pk=letter.pk))
    done = LetterStep.objects.filter(key=key, by=by, letter=letter).first()
    if done:
        return done
    letter = Letter.objects.told().select_related("bureau__above", "scheme", "post", "unit").get(pk=letter.pk)
    if reason := refusal(letter, by, kind):
        raise reason
    if not text.strip():
        raise NotNow("请填写内容。")
    if kind == StepKind.RETURN and (due_on is None or due_on < timezone.localdate()):
        raise NotNow("退回重办应写明新的期限，不能早于今天。")
    step = LetterStep.objects.create(
        letter=letter,
        kind=kind,
        text=text.strip(),
        due_on=due_on if kind == StepKind.RETURN else None,
        by=by,
        by_name=by.name,
        by_title=_own_title(letter, by, kind),
        key=key,
    )
    audit.record(verb=f"letter.{kind}", by=by, bureau=letter.bureau_id, target=letter)
    return step


def refusal(letter: Letter, by: User, kind: StepKind) -> NotAllowed | NotNow | None:
    """Why this person cannot do that with the letter now (a letter of `told()`); None when he can."""
    if kind == StepKind.REPLY:
        if not access.is_addressee(by, letter):
            return NotAllowed("由收到文书的岗位或者单位负责人回复。")
        if letter.closed or letter.last == StepKind.REPLY:
            return NotNow("已经办结。" if letter.closed else "已经回复，等待发出机关处理。")
        return None
    if not access.handles(by, letter):
        return NotAllowed("由发出机关处理。")
    if letter.closed:
        return NotNow("已经办结或者撤销。")
    if kind == StepKind.RETURN and letter.last != StepKind.REPLY:
        return NotNow("还没有回复，不能退回。")
    if kind == StepKind.ACCEPT and letter.due_on and letter.last != StepKind.REPLY:
        return NotNow("还没有回复，不能办结。")
    return None


def possible(letter: Letter, by: User) -> list[StepKind]:
    """What this person can do with the letter now."""
    return [kind for kind in StepKind if refusal(letter, by, kind) is None]


def _own_title(letter: Letter, by: User, kind: StepKind) -> str:
    if kind == StepKind.REPLY:
        return letter.post.name if letter.post else letter.unit.name
    rule = access.rule_of(letter)
    return _title(by, rule, Subject(letter.unit, letter.post)) if rule else ""
