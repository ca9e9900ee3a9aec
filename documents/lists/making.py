"""Files of lists: at once, or in the background for long ones."""

import io

from django.http import Http404

from accounts.exceptions import NotAllowed
from accounts.models import User
from documents.lists.asked import Asked
from documents.lists.offered import offered
from documents.lists.papers import ListPaper, compose
from documents.rendering import pdf, xlsx
from documents.services import record_list
from jobs.models import Job
from jobs.services import ask
from jobs.work import Work
from registers.access import standing, visible_units
from registers.models import Unit

KIND = "list_form"
AT_ONCE = {"bureau": 60, "powers": 60, "procedures": 8}  # rows of a PDF that somebody waits for


def asked_by(user: User, unit: Unit, scheme: str, key: str, cycle: int | None = None) -> Asked:
    """What the user asks for, as far as the unit offers it and he may see the unit. Raises Http404."""
    if standing(user).is_administrator or not visible_units(user).filter(pk=unit.pk).exists():
        raise Http404
    found = offered(unit, scheme, key)
    if found is None:
        raise Http404
    offer, form = found
    chosen = next((one for one in offer.cycles if one.pk == cycle), None) if form.over == "bureau" else None
    if cycle and chosen is None:
        raise Http404
    return Asked(form, offer.spec, unit, reader=user, cycle=chosen)


def takes_long(asked: Asked, rows: int) -> bool:
    """Whether the PDF is made in the background."""
    return rows > AT_ONCE[asked.form.over]


def file_of(paper: ListPaper, kind: str) -> bytes:
    """The paper as ``pdf`` or ``xlsx``. Raises PaperError."""
    if kind == "pdf":
        return pdf.render(paper.document)
    stream = io.BytesIO()
    xlsx.write(paper.document, stream)
    return stream.getvalue()


def name_of(asked: Asked, paper: ListPaper, kind: str) -> str:
    section = f"（{asked.unit.name}）" if asked.unit.parent_id else ""
    return f"{paper.document.title}{section}.{kind}"


def in_background(asked: Asked, *, by: User) -> Job:
    """Have the PDF made by a worker."""
    params = {"unit": asked.unit.pk, "scheme": asked.spec.key, "form": asked.form.key}
    params |= {"cycle": asked.cycle.pk} if asked.cycle else {}
    bureau = asked.unit.bureau or asked.unit
    title = asked.form.title.replace("{bureau}", bureau.name)
    return ask(kind=KIND, title=title, params=params, by=by, bureau=bureau.pk)


def run(work: Work) -> None:
    """The job: what the person may see is asked again when it is made."""
    given = work.params
    try:
        unit = Unit.objects.select_related("bureau").get(pk=given["unit"])
        asked = asked_by(work.by, unit, given["scheme"], given["form"], given.get("cycle"))
    except (Unit.DoesNotExist, Http404) as error:
        raise NotAllowed("这张清单已经没有，或者您现在不能查看。") from error
    work.progress(0, 2, "正在汇集")
    paper = compose(asked)
    work.progress(1, 2, f"正在排版 {paper.rows} 行")
    data = file_of(paper, "pdf")
    work.output(name_of(asked, paper, "pdf")).write(data)
    record_list(by=work.by, unit=unit, form=asked.form.key, format="pdf", rows=paper.rows)
