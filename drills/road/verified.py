"""Whether the database tells one whole story: acts with their events, places with their acts, numbers, the chain."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import Count

from audit.models import Event
from audit.verify import Checkpoint, verify
from registers.models import Register
from supervision.models import Letter, LetterStep
from workflow.enums import Action
from workflow.models import Counter as Numbers
from workflow.models import Decision, Issuance, Meeting, Seal, Task

SHOWN = 5
# A letter and what follows has one event each, told by the verb.
LETTER_VERBS = {"letter.issue"}
BACK = (Action.SEND_BACK, Action.WITHDRAW)


def verified(*, since: Iterable[Checkpoint] = (), told: Iterable[Checkpoint] = ()) -> list[str]:
    """What does not fit, as sentences; empty when all is whole. ``since`` spares reading old links again,
    ``told`` are ends of chains that were seen earlier and must still be there."""
    faults = [*_database(), *_decisions(), *_letters(), *_numbers(), *_places()]
    result = verify(connection, since=since, checkpoints=told)
    faults += [f"证据链：{finding}" for finding in result.findings[:SHOWN]]
    return faults


def _database() -> list[str]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        said = [row[0] for row in cursor.fetchall()]
        cursor.execute("PRAGMA foreign_key_check")
        broken = cursor.fetchall()
    return [f"quick_check：{line}" for line in said if line != "ok"] + [f"外键：{row}" for row in broken[:SHOWN]]


def _decisions() -> list[str]:
    """One event for each decision, no more and no fewer."""
    decided = Counter(Decision.objects.values_list("pk", flat=True))
    details = Event.objects.filter(object_type="register").values_list("detail", flat=True)
    told = Counter(detail["decision"] for detail in details if "decision" in detail)
    return _differences("意见和审计", decided, told)


def _letters() -> list[str]:
    written = Counter(Letter.objects.values_list("pk", flat=True))
    told = Counter(Event.objects.filter(verb__in=LETTER_VERBS).values_list("object_id", flat=True))
    answers = Counter(LetterStep.objects.values_list("letter_id", flat=True))
    followed = Event.objects.filter(verb__startswith="letter.").exclude(verb__in=LETTER_VERBS)
    return _differences("文书和审计", written, told) + _differences(
        "文书的回复和审计", answers, Counter(followed.values_list("object_id", flat=True))
    )


def _differences(what: str, rows: Counter, told: Counter) -> list[str]:
    faults = [f"{what}：{key} 没有审计" for key in list(rows - told)[:SHOWN]]
    return faults + [f"{what}：审计 {key} 没有对应的改动" for key in list(told - rows)[:SHOWN]]


def _numbers() -> list[str]:
    """No number twice, and as many given out as the counters say."""
    faults = []
    for model in (Letter, Issuance, Meeting):
        twice = model.objects.exclude(number="").values("bureau", "number").annotate(n=Count("pk")).filter(n__gt=1)
        if model is not Meeting:  # minutes carry the number that people typed
            faults += [f"编号重复：{row}" for row in twice[:SHOWN]]
    for counter in Numbers.objects.filter(series__startswith="l:"):
        given = Letter.objects.filter(bureau=counter.bureau, kind=counter.series[2:], issued_on__year=counter.year)
        if given.count() != counter.last:
            faults.append(f"编号 {counter.series}：发出 {given.count()} 份，计数 {counter.last}")
    return faults


def _places() -> list[str]:
    """Each register stands where its decisions brought it: as many rounds as it was sent back, a desk where it waits,
    a seal for each submission."""
    faults = []
    acts: dict[int, Counter] = {}
    last: dict[int, Decision] = {}
    for decision in Decision.objects.order_by("pk").only("register_id", "action", "step", "round", "to_step"):
        acts.setdefault(decision.register_id, Counter())[decision.action] += 1
        last[decision.register_id] = decision
    seals = dict(Seal.objects.values_list("register").annotate(n=Count("pk")))
    waiting = dict(Task.objects.filter(open=True).values_list("register").annotate(n=Count("pk")))
    for register in Register.objects.all():
        done, latest = acts.get(register.pk, Counter()), last.get(register.pk)
        sealed = done[Action.SUBMIT] + done[Action.ISSUE]
        if register.round != 1 + sum(done[back] for back in BACK):
            faults.append(f"{register}：第 {register.round} 轮，意见却是 {dict(done)}")
        if seals.get(register.pk, 0) != sealed:
            faults.append(f"{register}：封存 {seals.get(register.pk, 0)} 次，提交和印发 {sealed} 次")
        if register.road_key and not waiting.get(register.pk):
            faults.append(f"{register}：在“{register.step}”没有待办")
        if latest and not latest.to_step and register.round == latest.round and register.step == latest.step:
            if latest.action != Action.ISSUE and not register.waiting:
                faults.append(f"{register}：已{latest.get_action_display()}，仍停在“{register.step}”")
        if latest and latest.to_step and register.step != latest.to_step:
            faults.append(f"{register}：应回到“{latest.to_step}”，却在“{register.step}”")
    return faults[:SHOWN]
