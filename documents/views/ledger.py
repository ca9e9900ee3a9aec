"""The export of the ledger."""

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.exceptions import NotAllowed
from audit import services as audit
from documents.ledger import pieces, spool, write_ledger
from registers.access import standing
from registers.forms.ledger import chosen_from
from registers.ledger import ledger_of
from registers.ledger_rows import all_lines

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ledger_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered ledger as xlsx; one event says who took how many rows by which filter."""
    me = standing(request.user)
    if me.is_administrator:
        raise NotAllowed("管理员不查看业务内容。")
    chosen = chosen_from(request.GET, request.user)
    ledger = ledger_of(request.user, chosen)
    bureau = _bureau(ledger)
    day = chosen.day or timezone.localdate()
    title = f"{chosen.unit or bureau or ''}廉政风险点台账（{day:%Y-%m-%d}）"
    stream = spool()
    rows = write_ledger(all_lines(ledger), stream, title=title, issuer=str(bureau or ""))
    audit.record(
        verb="ledger.export",
        by=request.user,
        bureau=bureau.pk if bureau else 0,
        label=title,
        filter=chosen.told(),
        rows=rows,
    )
    response = StreamingHttpResponse(pieces(stream), content_type=TYPE)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx")
    return response


def _bureau(ledger):
    """The bureau whose log gets the event: the chosen unit's, else the one that the user belongs to or answers for."""
    if ledger.chosen.unit:
        return ledger.chosen.unit.bureau
    me = standing(ledger.user)
    units = [post.bureau for post in me.posts] + [grant.unit for grant in me.grants if grant.unit.parent_id is None]
    return units[0] if units else None
