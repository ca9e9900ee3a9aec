"""Who gets which ledger as a workbook: at once when it is short, in the background when it is long."""

from dataclasses import dataclass
from typing import BinaryIO

from django.http import QueryDict
from django.utils import timezone

from accounts.exceptions import NotAllowed
from accounts.models import User
from audit import services as audit
from documents.ledger import write_ledger
from jobs.work import Work
from registers.access import standing
from registers.forms.ledger import chosen_from
from registers.ledger import Ledger, ledger_of
from registers.ledger_rows import all_lines
from registers.models import Unit

KIND = "ledger"
LONG = 5000  # rows; more take longer than a reader waits for a page


@dataclass(frozen=True)
class Export:
    """One ledger to be written."""

    ledger: Ledger
    bureau: Unit | None
    title: str

    @property
    def is_long(self) -> bool:
        return len(self.ledger) > LONG

    @property
    def file_name(self) -> str:
        return f"{self.title}.xlsx"


def export_for(user: User, query: QueryDict) -> Export:
    """What the user may have of what the address asks for. Raises NotAllowed for administrators."""
    if standing(user).is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    chosen = chosen_from(query, user)
    ledger = ledger_of(user, chosen)
    bureau = _bureau(ledger)
    day = chosen.day or timezone.localdate()
    return Export(ledger, bureau, f"{chosen.unit or bureau or ''}廉政风险点台账（{day:%Y-%m-%d}）")


def write(export: Export, stream: BinaryIO, lines=None) -> int:
    """Write it, and the event that it was taken; returns how many rows. Raises PaperError."""
    rows = write_ledger(
        all_lines(export.ledger) if lines is None else lines,
        stream,
        title=export.title,
        issuer=str(export.bureau or ""),
    )
    audit.record(
        verb="ledger.export",
        by=export.ledger.user,
        bureau=export.bureau.pk if export.bureau else 0,
        label=export.title,
        filter=export.ledger.chosen.told(),
        rows=rows,
    )
    return rows


def run(work: Work) -> None:
    """The job: what its owner may see when it is made, not when he asked."""
    export = export_for(work.by, QueryDict(work.params["query"]))
    write(export, work.output(export.file_name), _told(work, export.ledger))


def _told(work: Work, ledger: Ledger):
    total = len(ledger)
    for done, line in enumerate(all_lines(ledger)):
        if done % 200 == 0:
            work.progress(done, total, "写入风险点")
        yield line


def _bureau(ledger: Ledger) -> Unit | None:
    """The bureau whose log gets the event: the chosen unit's, else the one that the user belongs to or answers for."""
    if ledger.chosen.unit:
        return ledger.chosen.unit.bureau
    me = standing(ledger.user)
    units = [post.bureau for post in me.posts] + [grant.unit for grant in me.grants if grant.unit.parent_id is None]
    return units[0] if units else None
