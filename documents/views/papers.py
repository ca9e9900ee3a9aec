"""The papers of one register."""

import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.downloads import download
from accounts.exceptions import NotNow
from documents.papers import paper_of
from documents.rendering import pdf, xlsx
from documents.services import record_taken
from paper import Document, PaperError
from paper import render as as_html
from registers.models import Register
from registers.schemes.layouts import form_of, forms_of
from registers.schemes.model import Form
from workflow.access import get_visible
from workflow.models import Seal

MOST_ROWS = 1500  # some 15 seconds: what a page may take to print while somebody waits


@require_safe
def paper_html(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The paper on the screen, with the other papers of the register beside it."""
    register, form = _asked(request, pk, key)
    document, seal = paper_of(register, form)
    context = {
        "register": register,
        "title": document.title,
        "paper": as_html(document, heading="h1"),
        "seal": seal,
        "tabs": _tabs(register, form),
        "xlsx_url": reverse("paper_xlsx", args=[register.pk, form.key]),
        "pdf_url": reverse("paper_pdf", args=[register.pk, form.key]),
    }
    return render(request, "documents/paper.html", context)


@require_safe
def paper_xlsx(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The paper as a workbook."""
    register, form = _asked(request, pk, key)
    document, seal = paper_of(register, form)
    stream = io.BytesIO()
    try:
        xlsx.write(document, stream)
    except PaperError as error:
        raise NotNow(str(error)) from error
    return _file(request, register, form, document, seal, "xlsx", stream.getvalue())


@require_safe
def paper_pdf(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The paper as PDF."""
    register, form = _asked(request, pk, key)
    document, seal = paper_of(register, form)
    if sum(len(table.rows) for table in document.tables) > MOST_ROWS:
        raise NotNow(f"这张表超过{MOST_ROWS}行，不能在这里排成 PDF，请下载电子表格，或请系统管理员用命令生成。")
    try:
        body = pdf.render(document)
    except PaperError as error:
        raise NotNow(str(error)) from error
    return _file(request, register, form, document, seal, "pdf", body)


def _asked(request: HttpRequest, pk: int, key: str) -> tuple[Register, Form]:
    """The register that the user may see, and a form of its scope. Raises Http404."""
    register = get_visible(request.user, pk)
    form = form_of(register, key)
    if form is None:
        raise Http404
    return register, form


def _tabs(register: Register, current: Form) -> list[dict]:
    return [
        {
            "label": form.number or form.title.replace("{bureau}", ""),
            "url": reverse("paper_html", args=[register.pk, form.key]),
            "current": form.key == current.key,
        }
        for form in forms_of(register)
    ]


def _file(
    request: HttpRequest, register: Register, form: Form, document: Document, seal: Seal | None, kind: str, body: bytes
) -> HttpResponse:
    """The file with a Chinese name, and the event that it was taken. A HEAD request takes nothing."""
    if request.method == "GET":
        digest = seal.digest if seal else ""
        record_taken(by=request.user, register=register, form=form.key, format=kind, digest=digest)
    return download(body, f"{document.title}（{register.subject_name}）.{kind}")
