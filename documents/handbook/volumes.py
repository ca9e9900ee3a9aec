"""What is asked for, made as a file: one handbook, or a volume for each leader in charge, together in a zip."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from accounts.exceptions import NotNow
from accounts.models import User
from documents.filing_pack.archive import safe
from documents.handbook import asking, workbook
from documents.handbook.asking import LEADER, Asked, Scope
from documents.handbook.making import Content, Made, Progress, content_of, quietly, write_pdf
from registers.models import Unit

FORMATS = {"pdf": "PDF", "xlsx": "电子表格（xlsx）"}
LEADERS = "leaders"  # of a bureau: one volume for each leader
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the same volumes give the same bytes


@dataclass(frozen=True)
class Order:
    """One file to be made: a handbook, or several in a zip."""

    name: str  # as downloaded
    title: str
    bureau: Unit
    scopes: tuple[Scope, ...]
    format: str
    zipped: bool = False


def order_of(kind: str, pk: int, *, day, format: str, by: User | None) -> Order:
    """What this person asks for, checked. Raises Http404, NotAllowed, NotNow."""
    if kind != LEADERS:
        scope = asking.scope_of(Asked(kind, pk, day), by=by)
        title = title_of(scope)
        return Order(f"{title}（{day:%Y-%m-%d}）.{format}", title, scope.bureau, (scope,), format)
    root = asking.scope_of(Asked(asking.UNIT, pk, day), by=by)
    posts = asking.leaders_of(root.bureau, day)
    scopes = tuple(asking.scope_of(Asked(LEADER, post.pk, day), by=by) for post in posts)
    if not scopes:
        raise NotNow(f"“{root.bureau}”没有登记分管关系，没有可以合订的内容。")
    title = f"{root.bureau}各分管领导廉政风险防控工作手册合订本"
    return Order(f"{title}（{day:%Y-%m-%d}）.zip", title, root.bureau, scopes, format, zipped=True)


def title_of(scope: Scope) -> str:
    """县建设局规划股廉政风险防控工作手册."""
    return f"{scope.bureau}{scope.about}{scope.title}"


def make(order: Order, stream: BinaryIO, *, by: User | None, progress: Progress = quietly) -> list[Made]:
    """Write the file. Raises PaperError, and whatever ``progress`` raises."""
    contents = [content_of(scope, by=by) for scope in order.scopes]
    if not order.zipped:
        return [_write(contents[0], order.format, stream, progress)]
    steps = _Steps(progress, contents)
    made = []
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for number, (scope, content) in enumerate(zip(order.scopes, contents, strict=True), 1):
            held = BytesIO()
            made.append(_write(content, order.format, held, steps.of(number)))
            info = ZipInfo(f"{number:02}{safe(title_of(scope))}.{order.format}", _ZIP_DATE)
            info.external_attr = 0o600 << 16
            archive.writestr(info, held.getbuffer())
    return made


def _write(content: Content, format: str, stream: BinaryIO, progress: Progress) -> Made:
    return (write_pdf if format == "pdf" else workbook.write_xlsx)(content, stream, progress=progress)


@dataclass
class _Steps:
    """The progress of several volumes as one."""

    progress: Progress
    contents: Sequence[Content]

    def of(self, number: int) -> Progress:
        before = sum(content.count for content in self.contents[: number - 1])
        total = sum(content.count for content in self.contents)
        many = len(self.contents)

        def told(done: int, _: int, said: str) -> None:
            self.progress(min(before + done, total), total, f"第{number}册（共{many}册）：{said}")

        return told
