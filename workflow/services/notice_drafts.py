"""Drafting a notice: which registers, what is said of them, for how long. The scope and the mask are the rule's."""

from dataclasses import dataclass

from django.db import connection, transaction

from accounts.exceptions import NotNow
from accounts.models import User
from accounts.roles import Permission, Role
from audit import services as audit
from registers.access import require
from registers.exceptions import Conflict
from registers.models import Cycle, Register, Unit
from registers.schemes.columns import COLUMNS
from registers.schemes.model import NoticeRule, SchemeSpec
from registers.schemes.store import spec_of
from workflow import actors, notice_check, notices, seals
from workflow.enums import NoticeState
from workflow.models import Notice, NoticeItem

MOST_DAYS = 60
MOST_ITEMS = 500


@dataclass(frozen=True)
class Text:
    """What the office writes in a notice."""

    title: str
    body: str
    contact: str
    days: int


def suggested(*, cycle: Cycle, rule: NoticeRule, registers: list[Register]) -> Text:
    """A first wording from the rule and the registers; the contact is that of the last notice to the same recipient.

    The period is not said in the text: the paper prints it, and the office may still change it.
    """
    spec = spec_of(cycle.scheme)
    units = list(dict.fromkeys(str(register.section or register.unit) for register in registers))
    whose = units[0] if len(units) == 1 else f"{units[0]}等{len(units)}个机构" if units else str(cycle.bureau)
    at_bureau = rule.recipient.at != "above" or cycle.bureau.above is None
    recipient = f"{cycle.bureau if at_bureau else cycle.bureau.above}{Role(rule.recipient.role).label}"
    names = list(dict.fromkeys(spec.scope(register.scope).name for register in registers))
    what = "、".join(names) if names else "岗位"
    title = f"关于{whose}{what}廉政风险点和防控措施的公示"
    body = (
        f"根据《{spec.name}》，现将{whose}共{len(registers)}张{what}登记表查找的廉政风险点和防控措施予以公示，接受监督。\n"
        f"公示期间，对公示内容有意见的，可在本页提出或按下列联系方式反映。意见由{recipient}接收，"
        "不转交被公示岗位及其领导。"
    )
    return Text(title=title[:200], body=body, contact=_last_contact(cycle.bureau, rule), days=rule.days)


def _last_contact(bureau: Unit, rule: NoticeRule) -> str:
    """How the same recipient could be reached in the bureau's last notice."""
    to = {"recipient_role": rule.recipient.role, "recipient_unit": actors.body_unit_id(bureau, rule.recipient.at)}
    found = Notice.objects.filter(bureau=bureau, **to).order_by("-pk").values_list("contact", flat=True)
    return found.first() or ""


@transaction.atomic
def draft_notice(
    *,
    by: User,
    cycle: Cycle,
    rule: str,
    registers: list[Register],
    contact: str,
    title: str = "",
    body: str = "",
    days: int | None = None,
    section: Unit | None = None,
) -> Notice:
    """Draft a notice over registers that stand at a step with that rule and are in no other notice.

    Without a title, text or period the suggested ones are taken. Raises NotAllowed, NotNow.
    """
    require(by, Permission.PUBLISH, cycle.bureau)
    found = rule_of(spec_of(cycle.scheme), rule)
    if found.audience == "section" and section is None:
        raise NotNow("在科室范围内公示须指明科室。")
    unit_id = actors.body_unit_id(cycle.bureau, found.recipient.at)
    if unit_id is None:
        raise NotNow("方案规定意见由上级机关受理，但本单位没有登记上级机关，不能公示。")
    notice = Notice(
        bureau=cycle.bureau,
        cycle=cycle,
        rule=found.key,
        audience=found.audience,
        section=section if found.audience == "section" else None,
        fields=mask_of(found),
        recipient_role=found.recipient.role,
        recipient_unit_id=unit_id,
        drafted_by=by,
        writers=[by.pk],
    )
    first = suggested(cycle=cycle, rule=found, registers=registers)
    days = found.days if days is None else days
    text = Text(title=title or first.title, body=body or first.body, contact=contact, days=days)
    write_text(notice, text, least=found.days)
    notice.save()
    _put_in(notice, registers)
    audit.record(verb="notice.draft", by=by, bureau=notice.bureau_id, target=notice, registers=len(registers))
    return notice


def rule_of(spec: SchemeSpec, key: str) -> NoticeRule:
    try:
        rule = spec.notice(key)
    except KeyError:
        raise NotNow("方案没有这条公示规则。") from None
    if rule.audience not in notices.AUDIENCES:
        raise NotNow("没有规定公示范围，不能公示。")
    return rule


def mask_of(rule: NoticeRule) -> list[str]:
    fields = [key for key in rule.fields if key in COLUMNS and not COLUMNS[key].inner]
    if not fields:
        raise NotNow("没有规定公示哪些栏目，不能公示。")
    return fields


def write_text(notice: Notice, text: Text, *, least: int) -> None:
    """Put the words into the draft; the period may be longer than the scheme's, never shorter. Raises NotNow."""
    if not text.title.strip():
        raise NotNow("请填写公示标题。")
    if not text.contact.strip():
        raise NotNow("请填写联系方式，否则群众无处反映意见。")
    if sentence := notice_check.marked((("标题", text.title), ("正文", text.body), ("联系方式", text.contact))):
        raise NotNow(sentence)
    if not least <= text.days <= MOST_DAYS:
        raise NotNow(f"公示期按方案不少于 {least} 个工作日，至多 {MOST_DAYS} 个。")
    notice.title, notice.body = text.title.strip()[:200], text.body.strip()
    notice.contact, notice.days = text.contact.strip()[:300], text.days


def _put_in(notice: Notice, registers: list[Register]) -> None:
    if not registers:
        raise NotNow("请至少选择一张登记表。")
    if len(registers) > MOST_ITEMS:
        raise NotNow(f"一次公示最多 {MOST_ITEMS} 张登记表，请分次公示。")
    groups = notices.waiting_for_notice([notice.bureau_id], cycle=notice.cycle_id)
    free = {
        register.pk
        for group in groups
        if group.rule.key == notice.rule and (group.section is None or group.section == notice.section)
        for register in group.registers
    }
    for register in registers:
        if register.pk not in free:
            raise NotNow(f"“{register}”不在等待公示，或者已在另一份公示中。")
        NoticeItem.objects.create(notice=notice, register=register, seal=seals.latest(register))


@transaction.atomic
def change_notice(*, by: User, notice: Notice, text: Text, registers: list[Register], row_version: int) -> Notice:
    """Write a draft anew and choose its registers anew. Raises Conflict when somebody else saved it meanwhile."""
    given, notice = text, locked(notice)
    require(by, Permission.PUBLISH, notice.bureau)
    require_draft(notice)
    if notice.row_version != row_version:
        theirs = Text(title=notice.title, body=notice.body, contact=notice.contact, days=notice.days)
        raise Conflict(mine=given, theirs=theirs)
    write_text(notice, text, least=rule_of(spec_of(notice.cycle.scheme), notice.rule).days)
    notice.row_version += 1
    notice.writers = sorted({*notice.writers, by.pk})
    notice.save()
    wanted = {register.pk: register for register in registers}
    if not wanted:
        raise NotNow("请至少选择一张登记表。")
    items = NoticeItem.objects.filter(notice=notice)
    items.exclude(register__in=wanted).delete()
    known = set(items.values_list("register", flat=True))
    if new := [register for pk, register in wanted.items() if pk not in known]:
        _put_in(notice, new)
    audit.record(verb="notice.change", by=by, bureau=notice.bureau_id, target=notice, registers=len(wanted))
    return notice


@transaction.atomic
def delete_draft(*, by: User, notice: Notice) -> None:
    """Throw a draft away; its registers wait for a notice again."""
    notice = locked(notice)
    require(by, Permission.PUBLISH, notice.bureau)
    require_draft(notice)
    audit.record(verb="notice.delete", by=by, bureau=notice.bureau_id, target=notice)
    notice.delete()


def locked(notice: Notice) -> Notice:
    rows = Notice.objects.select_related("bureau", "cycle__scheme", "recipient_unit")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=notice.pk)


def require_draft(notice: Notice) -> None:
    if notice.state != NoticeState.DRAFT:
        raise NotNow(f"公示{notice.get_state_display()}，不能再改。")
