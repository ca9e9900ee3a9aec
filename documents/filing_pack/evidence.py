"""The papers of a filing pack about one meeting or one notice, and the extract of the log."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from audit.models import Event
from audit.verbs import RESULTS, label
from documents.filing_pack.facts import Facts
from paper import Column, Document, Table
from paper.text import chinese_date
from registers.models import Cycle, CycleDate, Register
from registers.schemes.store import spec_of
from workflow import notices
from workflow.models import Filing, Issuance, Meeting, MeetingAttendee, MeetingItem, Notice, NoticeItem
from workflow.notices import AUDIENCES

# What of the log belongs to a cycle. Comments on notices are for their recipients; who read or printed is no evidence.
VERBS = ("register.", "proposal.", "cycle.", "pair.", "meeting.", "notice.", "filing.", "issuance.")
LOG_COLUMNS = (
    Column("at", "时间", 9),
    Column("actor", "操作人", 8),
    Column("post", "职务", 14),
    Column("verb", "动作", 9),
    Column("label", "对象", 20),
    Column("result", "结果", 5),
)
_AT_ONCE = 500


def meeting_paper(meeting: Meeting) -> Document:
    """The record of one meeting."""
    people = "、".join(str(row) for row in MeetingAttendee.objects.filter(meeting=meeting).order_by("pk"))
    items = MeetingItem.objects.filter(meeting=meeting).select_related("register__unit", "seal").order_by("pk")
    rows = [
        [
            number,
            item.register.subject_name,
            item.register.unit.name,
            item.get_outcome_display(),
            item.opinion,
            item.recused,
            item.seal.short if item.seal else "",
        ]
        for number, item in enumerate(items.defer("seal__content"), 1)
    ]
    columns = (
        Column("order", "序号", 3, align="center"),
        Column("register", "登记表", 12),
        Column("unit", "单位", 10),
        Column("outcome", "结果", 4, align="center"),
        Column("opinion", "意见", 14),
        Column("recused", "回避", 8),
        Column("digest", "封存码", 6, align="center"),
    )
    return Document(
        title=f"{meeting.body}记录",
        subtitle=meeting.number,
        issuer=meeting.bureau.name,
        head=[
            ("会议日期", chinese_date(meeting.held_on)),
            ("纪要编号", meeting.number),
            ("缺席", meeting.absent or "无"),
            ("记录", str(meeting.recorded_by)),
            ("出席", people),
            ("会议情况", meeting.note),
        ],
        tables=[Table(columns, rows)],
        orientation="landscape",
    )


def notice_evidence(facts: Facts, notice: Notice) -> Document:
    """That a notice was shown: to whom, from when to when, what of each register; how many comments came in."""
    came, left = facts.comments.get(notice.pk, (0, 0))
    rule = spec_of(notice.cycle.scheme).notice(notice.rule)
    items = NoticeItem.objects.filter(notice=notice).select_related("register__unit", "seal").order_by("pk")
    rows = [
        [
            number,
            item.register.subject_name,
            item.register.unit.name,
            "、".join(column["title"] for column in item.shown.get("columns", ())),
            len(item.shown.get("rows", ())),
            item.get_outcome_display(),
            item.seal.short,
        ]
        for number, item in enumerate(items.defer("seal__content"), 1)
    ]
    columns = (
        Column("order", "序号", 3, align="center"),
        Column("register", "登记表", 11),
        Column("unit", "单位", 9),
        Column("columns", "公示的栏目", 22),
        Column("rows", "行数", 3.5, align="center"),
        Column("outcome", "结果", 4, align="center"),
        Column("digest", "封存码", 6, align="center"),
    )
    period = f"{chinese_date(notice.starts_on)}至{chinese_date(notice.ends_on)}（{notice.days}个工作日）"
    return Document(
        title="公示情况记录",
        subtitle=notice.number,
        issuer=notice.bureau.name,
        head=[
            ("公示", notice.title),
            ("范围", f"{AUDIENCES[notice.audience]}{f'（{notice.section}）' if notice.section else ''}"),
            ("公示期", period),
            ("发布", _moment(notice.opened_at)),
            ("结束", _moment(notice.closed_at) or "尚未结束"),
            ("渠道", "、".join(rule.channels) or "公示栏"),
            ("收到意见", f"{came} 条，已办结 {came - left} 条" if _is_over(facts, notice) else "公示期内不公布"),
            ("受理", notices.recipient_name(notice)),
            ("公示内容校验码", notices.digest_of(notice)),
        ],
        tables=[Table(columns, rows)],
        orientation="landscape",
        footnote="意见的内容和答复只有受理人和提出人可读，不在备案材料之内。",
    )


def shown_rows(notice: Notice) -> tuple[list[Column], Iterator[list[str]]]:
    """What was seen of every register, for a notice that is too long to be printed: one line for each row."""
    items = list(notices.visible_items(notice))
    titles: dict[str, str] = {}
    for item in items:
        titles |= {column["key"]: column["title"] for column in item.shown.get("columns", ())}
    columns = [Column("subject", "登记表", 12), *(Column(key, title, 12) for key, title in titles.items())]

    def rows() -> Iterator[list[str]]:
        for item in items:
            for row in item.shown.get("rows", ()):
                cells = ["\n".join(line["text"] for line in row.get(key, ())) for key in titles]
                yield [row.get("origin") or item.shown.get("subject", ""), *cells]

    return columns, rows()


def _is_over(facts: Facts, notice: Notice) -> bool:
    return notice.ends_on is not None and notice.ends_on < facts.today


def _moment(at) -> str:
    return f"{chinese_date(timezone.localdate(at))} {timezone.localtime(at):%H:%M}" if at else ""


# The log --------------------------------------------------------------------------------------------------------------


def log_rows(cycle: Cycle) -> Iterator[list[str]]:
    """What the log says of the cycle and its registers, meetings, notices, filings and issues, the oldest first."""
    for event in sorted(_events(cycle), key=lambda event: event.pk):
        at = timezone.localtime(event.at)
        yield [
            f"{at:%Y-%m-%d %H:%M:%S}",
            event.actor_name or "系统",
            event.actor_post,
            label(event.verb),
            event.object_label,
            RESULTS.get(event.result, event.result),
        ]


def _events(cycle: Cycle) -> Iterator[Event]:
    known: dict[str, Iterable[int]] = {
        "cycle": [cycle.pk],
        "cycledate": CycleDate.objects.filter(cycle=cycle).values_list("pk", flat=True),
        "register": Register.objects.filter(cycle=cycle).values_list("pk", flat=True),
        "meeting": Meeting.objects.filter(cycle=cycle).values_list("pk", flat=True),
        "notice": Notice.objects.filter(cycle=cycle).values_list("pk", flat=True),
        "issuance": Issuance.objects.filter(cycle=cycle).values_list("pk", flat=True),
        "filing": set(Filing.objects.filter(items__register__cycle=cycle).values_list("pk", flat=True)),
    }
    for kind, ids in known.items():
        wanted = sorted(ids)
        for start in range(0, len(wanted), _AT_ONCE):
            rows = Event.objects.filter(object_type=kind, object_id__in=wanted[start : start + _AT_ONCE])
            yield from (event for event in rows if event.verb.startswith(VERBS))
