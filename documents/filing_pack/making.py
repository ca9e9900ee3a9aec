"""Writing a filing pack. The same for the page's job and the command; the same bytes for the same data."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from accounts.exceptions import NotNow
from documents.filing_pack import contents, evidence, tables
from documents.filing_pack.archive import Archive, safe
from documents.filing_pack.checking import Result, check, is_complete
from documents.filing_pack.contents import CHECKSUMS, Listed, title_of
from documents.filing_pack.facts import Entry, Facts
from documents.filing_report import filing_report
from documents.notice_paper import notice_paper
from documents.papers import paper_of
from documents.rendering import official, pdf, xlsx
from paper import Document
from registers.schemes.model import Form, Scope
from workflow.enums import NoticeState
from workflow.models import Notice

Progress = Callable[[int, int, str], None]
AT_ONCE = 100  # registers in one workbook: more sheets are no use to anybody
PRINTED = 1000  # opinions, some 150 pages; more are given as a workbook only


@dataclass(frozen=True)
class Made:
    """What came out."""

    results: list[Result]
    files: int

    @property
    def complete(self) -> bool:
        return is_complete(self.results)


@dataclass(frozen=True)
class Piece:
    """One file: what the contents call it, where it lies, what is in it."""

    what: str
    path: str
    data: bytes


def quietly(done: int, total: int, said: str) -> None:
    """Nobody is told."""


def write(facts: Facts, stream: BinaryIO, progress: Progress = quietly) -> Made:
    """Write the whole pack. Raises PaperError with the place where something cannot be printed."""
    with closing(Archive(stream, title_of(facts))) as archive:  # also where something cannot be printed
        results, files, total = check(facts), [], count(facts)
        log = list(evidence.log_rows(facts.cycle))
        progress(0, total, "检查完整性")
        for piece in _pieces(facts, log):
            archive.add(piece.path, piece.data)
            files.append(Listed(piece.what, piece.path, archive.digests[piece.path]))
            progress(min(len(files), total), total, piece.what)
        until = log[-1][0] if log else ""
        archive.add("00目录.pdf", pdf.render(contents.paper(facts, results, files, until)))
        archive.add("00目录.html", contents.page(facts, results, files, until).encode())
        archive.add(CHECKSUMS, archive.checksums().encode())
    return Made(results, len(archive.digests))


def count(facts: Facts) -> int:
    """About how many files it will be, for the progress."""
    forms = sum(len(facts.spec.forms_of(entry.scope.key)) for entry in facts.entries if entry.seal)
    return forms + len(facts.filings) + len(facts.meetings) + 2 * len(facts.notices) + 12


def _pieces(facts: Facts, log: list[list[str]]) -> Iterator[Piece]:
    for filing in facts.filings:
        name = f"备案报告 {filing.number} 报{filing.body}"
        yield Piece(name, f"01备案报告/{safe(name)}.pdf", official.render(filing_report(filing)))
    for scope in facts.spec.scopes:
        for form in facts.spec.forms_of(scope.key):
            yield from _forms(facts, scope, form)
    yield from _both("登记表和风险点汇总", "03汇总", tables.totals_paper(facts))
    yield from _opinions(facts)
    for meeting in facts.meetings:
        name = f"会议记录 {meeting.number}"
        yield Piece(name, f"05会议记录/{safe(name)}.pdf", pdf.render(evidence.meeting_paper(meeting)))
    for number, notice in enumerate(facts.notices, 1):
        yield from _notice(facts, notice, number)
    yield from _both("备案和回执一览", "07备案和印发", tables.receipts_paper(facts))
    yield from _both("印发一览", "07备案和印发", tables.issues_paper(facts))
    yield Piece(
        "审计记录摘录", "08审计记录/审计记录摘录.xlsx", _sheet(facts, evidence.LOG_COLUMNS, log, "审计记录摘录")
    )


def _forms(facts: Facts, scope: Scope, form: Form) -> Iterator[Piece]:
    """Each register's paper, and all of them as a workbook. What was never sealed is no attachment."""
    title = form.title.replace("{bureau}", "")
    folder = f"02登记表/{safe(scope.name)}/{safe(f'{form.number} {title}'.strip())}"
    entries = [entry for entry in facts.of_scope(scope.key) if entry.seal]
    for start in range(0, len(entries), AT_ONCE):
        papers = []
        for number, entry in enumerate(entries[start : start + AT_ONCE], start + 1):
            papers.append(paper := paper_of(entry.register, form)[0])
            yield Piece(
                f"{form.number or title} {entry.name}".strip(),
                f"{folder}/{number:03} {safe(_who(entry))}.pdf",
                pdf.render(paper),
            )
        part = f"（{start // AT_ONCE + 1}）" if len(entries) > AT_ONCE else ""
        yield Piece(f"{form.number or title} {scope.name}登记表电子表格{part}", f"{folder}{part}.xlsx", _book(papers))


def _who(entry: Entry) -> str:
    return (
        f"{entry.register.unit.name} {entry.register.subject_name}" if entry.register.post_id else str(entry.register)
    )


def _opinions(facts: Facts) -> Iterator[Piece]:
    rows = tables.opinion_rows(facts)
    book = _sheet(facts, tables.OPINION_COLUMNS, rows, "登记表办理意见")
    yield Piece("登记表办理意见（电子表格）", "04办理意见/登记表办理意见.xlsx", book)
    if len(rows) <= PRINTED:
        yield Piece("登记表办理意见", "04办理意见/登记表办理意见.pdf", pdf.render(tables.opinions_paper(facts, rows)))


def _notice(facts: Facts, notice: Notice, number: int) -> Iterator[Piece]:
    """The notice as it was read, and the record of its being shown."""
    name, folder = notice.number or f"第{number}件", "06公示材料"
    record = pdf.render(evidence.notice_evidence(facts, notice))
    yield Piece(f"公示情况记录 {name}", f"{folder}/{safe(f'{name} 公示情况记录')}.pdf", record)
    if notice.state == NoticeState.WITHDRAWN:
        return
    try:
        shown = official.render(notice_paper(notice))
    except NotNow:  # too long to be printed
        columns, rows = evidence.shown_rows(notice)
        book = _sheet(facts, columns, rows, "公示内容")
        yield Piece(f"公示内容 {name}", f"{folder}/{safe(f'{name} 公示内容')}.xlsx", book)
    else:
        yield Piece(f"公示 {name}", f"{folder}/{safe(f'{name} 公示')}.pdf", shown)


def _both(name: str, folder: str, paper: Document) -> Iterator[Piece]:
    yield Piece(name, f"{folder}/{name}.pdf", pdf.render(paper))
    yield Piece(f"{name}（电子表格）", f"{folder}/{name}.xlsx", _book([paper]))


def _book(papers: list[Document]) -> bytes:
    stream = io.BytesIO()
    xlsx.write(papers, stream)
    return stream.getvalue()


def _sheet(facts: Facts, columns, rows, title: str) -> bytes:
    stream = io.BytesIO()
    xlsx.write_table(columns, rows, stream, title=title, issuer=facts.cycle.bureau.name)
    return stream.getvalue()
