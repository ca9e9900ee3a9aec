"""Reading notices: who may see which, what waits for one, and the paper exactly as it is seen."""

import hashlib
import ipaddress
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.roles import Permission, Role
from registers.access import standing
from registers.enums import RegisterState
from registers.models import Cycle, Register, Unit
from registers.querysets import tree_order
from registers.schemes.layouts import spec_for
from registers.schemes.model import NoticeRule, SchemeSpec
from registers.schemes.store import spec_of
from workflow import seals
from workflow.calendar import working_days_between
from workflow.catalogue import with_catalogue
from workflow.enums import ItemOutcome, NoticeState
from workflow.masking import shown
from workflow.models import Notice, NoticeItem, Seal
from workflow.notice_html import body_rows, head_row

SHOWN_STATES = (NoticeState.OPEN, NoticeState.CLOSED)
ROWS_AT_ONCE = 30  # of one register among several; its own page has them all
AUDIENCES = {
    "section": "本科室人员",
    "bureau": "本单位人员",
    "intranet": "系统内人员",
    "society": "社会公众",
}

# Who may see ----------------------------------------------------------------------------------------------------------


def for_everybody(address: str = "") -> QuerySet[Notice]:
    """Notices shown without signing in: those to society, and inner ones to requests from the listed networks."""
    audiences = ["society", "intranet"] if on_intranet(address) else ["society"]
    return Notice.objects.filter(audience__in=audiences, state__in=SHOWN_STATES)


def running(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those of these notices whose period is not over yet."""
    return rows.filter(state=NoticeState.OPEN, ends_on__gte=timezone.localdate())


def over(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Those that belong to the archive: closed, or past their last day and only not closed yet."""
    return rows.filter(Q(state=NoticeState.CLOSED) | Q(state=NoticeState.OPEN, ends_on__lt=timezone.localdate()))


def on_intranet(address: str) -> bool:
    """Whether the address lies in one of the networks of LIANZHENG_INTRANET_NETS."""
    if not settings.INTRANET_NETS:
        return False
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(net, strict=False) for net in settings.INTRANET_NETS)


def for_user(user: User) -> QuerySet[Notice]:
    """Notices that a signed-in person may see: by the section and bureau he works in, or that his role reaches."""
    me = standing(user)
    where = Q(audience__in=("society", "intranet"))
    if not me.is_administrator:
        reach = me.bureaus_with(Permission.VIEW_REGISTERS)
        bureaus = {*me.bureau_ids, *reach, *keeps_for(user)}
        led = [unit.section_id for unit in me.led_units if unit.section_id]
        where |= Q(audience="bureau", bureau__in=bureaus)
        where |= Q(audience="section", section__in={*me.section_ids, *led})
        where |= Q(audience="section", bureau__in={*reach, *keeps_for(user)})
        received = Q(pk__in=[])
        for grant in me.grants:
            received |= Q(recipient_role=grant.role, recipient_unit=grant.unit_id)
        where |= received
    return Notice.objects.filter(where, state__in=SHOWN_STATES)


def keeps_for(user: User) -> list[int]:
    """Ids of the bureaus whose notices the user keeps: by a grant held at the bureau itself."""
    grants = standing(user).grants_with(Permission.PUBLISH)
    return list(dict.fromkeys(grant.unit_id for grant in grants if grant.unit.parent_id is None))


def kept_by(user: User) -> QuerySet[Notice]:
    """Notices in any state of the bureaus that the user keeps."""
    return Notice.objects.filter(bureau__in=keeps_for(user))


# What waits -----------------------------------------------------------------------------------------------------------


@dataclass
class Waiting:
    """Registers that stand at a notice step and are in no notice yet, as one notice may take them."""

    cycle: Cycle
    rule: NoticeRule
    section: Unit | None
    registers: list[Register] = field(default_factory=list)


def waiting_for_notice(bureaus: list[int], cycle: int | None = None) -> list[Waiting]:
    """Registers at a notice step, grouped by cycle, rule and (where the audience is a section) section."""
    rows = Register.objects.filter(bureau__in=bureaus, state=RegisterState.MOVING, waiting="")
    if cycle is not None:
        rows = rows.filter(cycle=cycle)
    cycles = {
        row.pk: row for row in Cycle.objects.filter(pk__in=rows.values("cycle")).select_related("scheme", "bureau")
    }
    where, rules = Q(pk__in=[]), {}
    for row in cycles.values():
        for (scope, step), rule in notice_steps(spec_of(row.scheme)).items():
            where |= Q(cycle=row.pk, scope=scope, step=step)
            rules[row.pk, scope, step] = rule
    found: dict[tuple, Waiting] = {}
    standing_now = (NoticeState.DRAFT, NoticeState.OPEN)
    taken = NoticeItem.objects.filter(
        notice__bureau__in=bureaus, notice__state__in=standing_now, outcome=ItemOutcome.PENDING
    )
    related = ("unit", "section", "post")
    rows = rows.filter(where).exclude(pk__in=taken.values("register")).select_related(*related)
    for register in rows.order_by("cycle", "scope", "section__lft", *tree_order(), "pk"):
        rule = rules[register.cycle_id, register.scope, register.step]
        section = register.section if rule.audience == "section" else None
        key = (register.cycle_id, rule.key, section.pk if section else None)
        found.setdefault(key, Waiting(cycles[register.cycle_id], rule, section)).registers.append(register)
    return list(found.values())


def notice_steps(spec: SchemeSpec) -> dict[tuple[str, str], NoticeRule]:
    """Every notice step of a scheme by (scope, step) with its rule."""
    return {
        (route.scope, step.key): spec.notice(step.notice)
        for route in spec.routes
        for step in route.steps
        if step.kind == "notice"
    }


# The paper ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One register in the notice as it is seen."""

    item: NoticeItem
    subject: str
    body: SafeString  # the rows as HTML
    more: int = 0  # rows that stand on the register's own page


@dataclass(frozen=True)
class Table:
    """Entries with the same columns share one table."""

    columns: list[dict]
    entries: list[Entry]

    @property
    def head(self) -> SafeString:
        """The column heads as HTML."""
        return head_row(self.columns)


def table_of(item: NoticeItem) -> dict:
    """What is (or for a draft: would be) seen of this register. The one place where a mask is laid over content."""
    notice = item.notice
    if notice.state != NoticeState.DRAFT:
        return item.shown
    spec = spec_for(item.register.scheme, notice.bureau_id)
    seal = seals.latest(item.register)
    content = seal.data | {"levels": seals.levels_of(item.register)}
    content = with_catalogue(content, notice.fields, notice.bureau)
    return shown(content, spec, tuple(notice.fields))


def visible_items(notice: Notice) -> QuerySet[NoticeItem]:
    """The items that a reader sees: what was taken out is gone."""
    rows = NoticeItem.objects.filter(notice=notice, taken_out_at=None).select_related("register__scheme")
    return rows.order_by("pk")


def entry_of(item: NoticeItem, table: dict, first: int = 0, most: int = ROWS_AT_ONCE) -> Entry:
    """The register's rows from ``first`` on, at most so many."""
    rows = table["rows"][first : first + most]
    body = body_rows(table["columns"], table["subject"], table["head"], rows)
    return Entry(item, table["subject"], body, len(table["rows"]) - first - len(rows))


def tables_of(notice: Notice, items: list[NoticeItem]) -> list[Table]:
    """The tables of these items, neighbours with equal columns together."""
    found: list[Table] = []
    for item in items:
        item.notice = notice
        table = table_of(item)
        entry = entry_of(item, table)
        if found and found[-1].columns == table["columns"]:
            found[-1].entries.append(entry)
        else:
            found.append(Table(table["columns"], [entry]))
    return found


def taken_out(notice: Notice) -> int:
    """How many registers have left the notice."""
    return NoticeItem.objects.filter(notice=notice, taken_out_at__isnull=False).count()


def days_left(notice: Notice) -> int | None:
    """Working days until the period is over, today not counted; None when it does not run."""
    today = timezone.localdate()
    if notice.state != NoticeState.OPEN or notice.ends_on < today:
        return None
    return working_days_between(today, notice.ends_on)


def digest_of(notice: Notice) -> str:
    """One digest over the text and the registers' seals: what a preview showed, what a reader can compare."""
    seal_ids = NoticeItem.objects.filter(notice=notice).order_by("pk").values_list("seal__digest", flat=True)
    text = "\n".join([notice.title, notice.body, notice.contact, str(notice.days), *map(str, notice.fields), *seal_ids])
    return hashlib.sha256(text.encode()).hexdigest()


def preview_token(notice: Notice) -> str:
    """Changes whenever the draft, one of its registers' seals or levels would make another paper than was previewed."""
    items = NoticeItem.objects.filter(notice=notice).order_by("pk").values_list("register", flat=True)
    newest = Seal.objects.filter(register__in=list(items)).order_by("register", "-pk").values_list("pk", flat=True)
    text = f"{notice.row_version}|{list(items)}|{list(newest)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def recipient_name(notice: Notice) -> str:
    """Who receives the comments, as a reader is told."""
    return f"{notice.recipient_unit}{Role(notice.recipient_role).label}"
