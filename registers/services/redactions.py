"""Blanking personal data by law (个人信息保护法 47): proposed by one, confirmed by another, the proof kept.

The two are of different kinds: one of the discipline group, who knows the business, and one audit administrator, who
knows the log. What is blanked, and how it stays proven, is `audit.redaction`.
"""

from django.db import connection, transaction
from django.utils import timezone

from accounts.exceptions import NotAllowed, NotNow
from accounts.models import User
from accounts.roles import Permission
from audit import redaction
from audit import services as audit
from audit.redaction import Found, Reach
from registers import access
from registers.enums import RedactionState
from registers.models import Redaction, Unit
from registers.people import members

MOST = 2000  # places; a text that stands in more is no piece of personal data
FORBIDDEN = frozenset("\"'\\%_{}[]<>\r\n\t")


def find(bureau: Unit, datum: str) -> Found:
    """Where it stands in what is the bureau's."""
    people = frozenset(members([bureau.pk]).values_list("pk", flat=True))
    return redaction.find(connection, datum, Reach(bureau.pk, people, bureau.above_id is None))


def blanked(bureau: int, table: str) -> frozenset[int]:
    """Rows of a table in which something was blanked at the bureau's word."""
    done = Redaction.objects.filter(bureau=bureau, state=RedactionState.DONE).values_list("rows", flat=True)
    return frozenset(row for rows in done for name, row in rows if name == table)


def fault_of(datum: str) -> str:
    """Why that text cannot be blanked; empty when it can. A short one would tear up what merely looks like it."""
    if FORBIDDEN & set(datum):
        return "要抹去的文字里不能有引号、括号、百分号、下划线和换行；请按原样写身份证号、电话、姓名这样的一段。"
    if len(datum) < (6 if datum.isascii() else 2):
        return "太短：汉字至少两个，数字和字母至少六个。"
    return ""


def refusal(by: User, row: Redaction) -> str:
    """Why he is not the second person; empty if he is."""
    if not access.standing(by).may_own(Permission.REDACT, row.bureau):
        return f"您没有“{Permission.REDACT.label}”的权限（“{row.bureau}”）。"
    if by.pk == row.proposed_by_id:
        return "这是您提出的，须由另一人确认。"
    if access.standing(by).is_administrator == access.standing(row.proposed_by).is_administrator:
        return "提出和确认的两人中，一位是纪检监察组的，一位是审计管理员。"
    return ""


@transaction.atomic
def propose(*, by: User, bureau: Unit, datum: str, what: str, ground: str) -> Redaction:
    """Ask for it. Raises NotAllowed, NotNow."""
    access.require(by, Permission.REDACT, bureau)
    datum = datum.strip()
    if fault := fault_of(datum):
        raise NotNow(fault)
    if datum in what or datum in ground:
        raise NotNow("“是什么”和“依据”会留在记录里，请不要写要抹去的文字本身。")
    _require_possible(find(bureau, datum))
    row = Redaction.objects.create(bureau=bureau, datum=datum, what=what, ground=ground, proposed_by=by)
    audit.record(verb="redaction.propose", by=by, bureau=bureau.pk, target=row, what=what, ground=ground)
    return row


def _require_possible(found: Found) -> None:
    """That it is found at all is told by nothing: it may stand in a comment that is for others' eyes only."""
    if found.total > MOST:
        raise NotNow(f"这段文字出现在 {MOST} 多处，不像是一个人的信息；请写得更完整。")
    accounts = [row for table, row in found.rows if table == User._meta.db_table]
    if names := list(User.objects.filter(pk__in=accounts, is_active=True).values_list("username", flat=True)[:3]):
        raise NotNow(f"账号“{'”“'.join(names)}”还在使用，姓名或用户名里有这段文字；请先由系统管理员停用。")


@transaction.atomic
def confirm(*, by: User, row: Redaction) -> Found:
    """The second person's word: it is gone from rows, their history, the journal and the log. Raises NotAllowed,
    NotNow."""
    row = _waiting(row)
    if refused := refusal(by, row):
        raise NotAllowed(refused)
    datum = row.datum
    found = find(row.bureau, datum)
    _require_possible(found)
    redaction.blank(connection, found, datum, row.bureau_id, by=by, target=row, ground=row.ground)
    row.rows = [list(place) for place in found.rows if place != (Redaction._meta.db_table, row.pk)]
    _answer(row, by, RedactionState.DONE)
    transaction.on_commit(lambda: redaction.forget(connection, found))
    return found


@transaction.atomic
def refuse(*, by: User, row: Redaction, reason: str) -> None:
    """It is not done; whoever proposed it takes it back that way. Raises NotAllowed, NotNow."""
    row = _waiting(row)
    own = by.pk == row.proposed_by_id
    if not own and (refused := refusal(by, row)):
        raise NotAllowed(refused)
    if row.datum in reason:
        raise NotNow("理由会留在记录里，请不要写要抹去的文字本身。")
    row.reason = reason
    _answer(row, by, RedactionState.WITHDRAWN if own else RedactionState.REFUSED)
    verb = "redaction.withdraw" if own else "redaction.refuse"
    audit.record(verb=verb, by=by, bureau=row.bureau_id, target=row, reason=reason)


def _waiting(row: Redaction) -> Redaction:
    row = Redaction.objects.select_for_update(of=("self",)).select_related("bureau", "proposed_by").get(pk=row.pk)
    if row.state != RedactionState.WAITING:
        raise NotNow(f"“{row}”{row.get_state_display()}，请刷新。")
    return row


def _answer(row: Redaction, by: User, state: RedactionState) -> None:
    row.datum, row.state, row.answered_by, row.answered_at = "", state, by, timezone.now()
    row.save()
