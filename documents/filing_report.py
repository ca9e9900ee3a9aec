"""备案报告: the letter that hands registers to a body, from what was filed, decided and shown."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F

from documents.proof import proof_of
from paper import Cell, Column, Table
from paper.official import Attachment, Letter, Office
from paper.text import chinese_date
from registers.models import Cycle
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of
from workflow.enums import Action, NoticeState
from workflow.models import Decision, Filing, FilingItem, Issuance, Meeting, Notice

_COLUMNS = (
    Column("order", "序号", 3, align="center"),
    Column("subject", "登记表", 11),
    Column("unit", "单位", 8),
    Column("version", "版次", 3.8, align="center"),
    Column("points", "风险点", 3.8, align="center"),
    Column("sealed", "封存日期", 7.6, align="center"),
    Column("digest", "封存摘要", 5.4, align="center"),
)


def filing_report(filing: Filing) -> Letter:
    """The report as it is printed. A fixed number of queries, whatever the number of registers."""
    items = list(
        FilingItem.objects.filter(filing=filing)
        .select_related("register__unit", "register__cycle__scheme", "seal", "filing")
        .order_by("pk")
    )
    cycle = items[0].register.cycle if items else None
    spec = spec_of(cycle.scheme) if cycle else None
    points = _counted(items)
    bureau = filing.bureau.name
    return Letter(
        issuer=bureau,
        number=filing.number,
        upward=True,
        title=f"{bureau}关于{cycle.name if cycle else ''}廉政风险防控登记表备案的报告",
        addressee=filing.body,
        paragraphs=_paragraphs(items, cycle, spec, points),
        attachments=[Attachment("备案登记表目录", [_table(items, points)], note=points.note, landscape=False)]
        if items
        else [],
        date=filing.filed_on,
        note=f"联系方式：{filing.bureau.contact}" if filing.bureau.contact else "",
        printing=Office(bureau, filing.filed_on),
        proof=proof_of(filing),
    )


@dataclass(frozen=True)
class Counted:
    """Risk points: in each register with what is compiled into it, and in all together, none counted twice."""

    each: dict[int, int]  # by filing item
    of_register: dict[int, int]  # those compiled in are registers of their own

    @property
    def total(self) -> int:
        return sum(self.of_register.values())

    @property
    def note(self) -> str:
        return "汇总表含有下级登记表的风险点，合计中不重复计算。" if self.total != sum(self.each.values()) else ""


def _counted(items: list[FilingItem]) -> Counted:
    each: dict[int, int] = {}
    of_register: dict[int, int] = {}
    for item in items:
        data = item.seal.data
        parts = {item.register_id: data["rows"]} | {one["register"]: one["rows"] for one in data.get("compiled", [])}
        counts = {register: sum(len(row["points"]) for row in rows) for register, rows in parts.items()}
        each[item.pk] = sum(counts.values())
        of_register |= counts
    return Counted(each, of_register)


def _paragraphs(items: list[FilingItem], cycle: Cycle | None, spec: SchemeSpec | None, points: Counted) -> list[str]:
    if cycle is None:
        return ["本次没有报送登记表。"]
    scopes = Counter(item.register.scope for item in items)
    parts = "，".join(f"{spec.scope(scope).name}登记表{count}张" for scope, count in scopes.items())
    begin = (
        f"根据《{spec.name}》，我单位组织了{cycle.name}的廉政风险查找和防控工作，现将登记表报请备案，有关情况报告如下。"
    )
    facts = f"本次报送登记表共{len(items)}张，其中{parts}；登记廉政风险点共{points.total}个。名单见附件。"
    passed = _procedure(list(points.of_register), items[0].filing.filed_on)
    said = [begin, "一、登记情况", facts, "二、办理情况", *passed] if passed else [begin, facts]
    return [*said, "特此报告。"]


def _procedure(registers: list[int], until: datetime.date) -> list[str]:
    """What was decided, shown and issued up to the day of the letter, each said once with its number and date."""
    agreed = Decision.objects.filter(
        register__in=registers, round=F("register__round"), action=Action.AGREE, at__date__lte=until
    )
    steps = list(dict.fromkeys(agreed.order_by("pk").values_list("step_name", flat=True)))
    said = [f"有关登记表经过下列环节办理，均已同意：{'、'.join(steps)}。"] if steps else []
    return [*said, *(text for _, text in sorted(_events(registers, until)))]


def _events(registers: list[int], until: datetime.date) -> Iterator[tuple[datetime.date, str]]:
    concerned = {"items__register__in": registers}
    for meeting in Meeting.objects.filter(**concerned, held_on__lte=until).distinct():
        said = f"{chinese_date(meeting.held_on)}，{meeting.body}审定了有关登记表（{meeting.number}）。"
        yield meeting.held_on, said
    for notice in Notice.objects.filter(**concerned, state=NoticeState.CLOSED, ends_on__lte=until).distinct():
        period = f"{chinese_date(notice.starts_on)}至{chinese_date(notice.ends_on)}"
        yield notice.starts_on, f"{period}，有关登记表予以公示（{notice.number}），公示期{notice.days}个工作日。"
    for issue in Issuance.objects.filter(**concerned, issued_on__lte=until).distinct():
        yield issue.issued_on, f"{chinese_date(issue.issued_on)}，有关登记表正式印发（{issue.number}）。"


def _table(items: list[FilingItem], points: Counted) -> Table:
    rows = [
        [
            index,
            item.register.subject_name,
            item.register.unit.name,
            f"第{item.register.version}版",
            points.each[item.pk],
            item.seal.at.date(),
            item.seal.digest[:8],
        ]
        for index, item in enumerate(items, 1)
    ]
    totals = [Cell("合计", col_span=2), f"{len(items)}张", "", points.total, "", ""]
    return Table(_COLUMNS, rows, totals=totals)
