"""Pages that anybody reads without signing in: notices, comments by receipt code, published power lists.

What is not public answers 404, the same as what does not exist. Only pages with a form set a cookie (its token).
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import NotNow
from registers import publishing
from registers.models import Power, Unit
from registers.paging import page_of
from workflow import public_powers
from workflow.forms.notices import PublicCommentForm, ReceiptForm
from workflow.models import Notice
from workflow.notices import for_everybody, over, running, visible_items
from workflow.services import comments
from workflow.views.papers import PUBLIC, item_context, paper_context, refused, take_comment

BODIES, LIST = 60, 20


def _notices(request: HttpRequest):
    rows = for_everybody(request.META.get("REMOTE_ADDR", ""))
    return rows.select_related("bureau", "cycle__scheme", "recipient_unit")


def _notice(request: HttpRequest, pk: int) -> Notice:
    return get_object_or_404(_notices(request), pk=pk)


def _bureau(request: HttpRequest, pk: int) -> Unit:
    """A body that has something public. Raises Http404."""
    bureau = Unit.objects.filter(pk=pk, parent=None).first()
    if bureau is None:
        raise Http404
    if _notices(request).filter(bureau=bureau).exists() or public_powers.published().filter(bureau=bureau).exists():
        return bureau
    raise Http404


@login_not_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Notices now open, and the bodies that publish here."""
    shown = _notices(request)
    bodies = Unit.objects.filter(pk__in=shown.values("bureau")) | Unit.objects.filter(
        pk__in=public_powers.published().values("bureau")
    )
    context = {
        "notices": page_of(request, running(shown).order_by("-starts_on", "-pk"), LIST),
        "bodies": bodies.distinct().order_by("sort_key", "pk")[:BODIES],
    }
    return render(request, "public/index.html", context)


@login_not_required
@require_GET
def bureau(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: its open notices, its latest ended ones, its power list."""
    unit = _bureau(request, pk)
    rows = _notices(request).filter(bureau=unit).order_by("-starts_on", "-pk")
    context = {
        "bureau": unit,
        "bureau_name": unit.name,
        "notices": running(rows)[:LIST],
        "ended": over(rows)[:5],
        "powers": public_powers.published().filter(bureau=unit).count(),
    }
    return render(request, "public/bureau.html", context)


@login_not_required
@require_GET
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Every notice of a body, the newest first."""
    unit = _bureau(request, pk)
    rows = _notices(request).filter(bureau=unit).order_by("-starts_on", "-pk")
    context = {"bureau": unit, "bureau_name": unit.name, "page": page_of(request, rows, LIST)}
    return render(request, "public/archive.html", context)


@login_not_required
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice with its table."""
    return render(request, "public/notice.html", paper_context(request, _notice(request, pk), PUBLIC))


@login_not_required
@require_GET
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """All rows of one register of a notice."""
    return render(request, "public/item.html", item_context(request, _notice(request, pk), item, PUBLIC))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an opinion on a notice, without a name."""
    notice = _notice(request, pk)
    items = list(visible_items(notice))
    form = PublicCommentForm(request.POST or None, items=items, purpose=f"comment {notice.pk}")
    return take_comment(request, notice, form, PUBLIC, "public/comment.html", "public/received.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Look up the answer by receipt code. The code is posted, so that it stands in no address and no log."""
    form = ReceiptForm(request.POST or None)
    found, asked, refusal = None, False, None
    if request.method == "POST" and form.is_valid():
        try:
            address = request.META.get("REMOTE_ADDR", "")
            found, asked = comments.answer_for(receipt=form.cleaned_data["receipt"], address=address), True
        except NotNow as told:
            form.add_error(None, str(told))
            refusal = told
    context = {"form": form, "found": found, "asked": asked}
    return refused(render(request, "public/receipt.html", context), refusal)


@login_not_required
@require_GET
def powers(request: HttpRequest, pk: int) -> HttpResponse:
    """The published power list of a body: outward or inward powers."""
    unit = _bureau(request, pk)
    rows = public_powers.published().filter(bureau=unit)
    inner = request.GET.get("kind") == "inner"
    names = public_powers.kind_names(unit)
    page = page_of(request, rows.filter(external=not inner).select_related("unit", "post"), 50)
    context = {
        "bureau": unit,
        "bureau_name": unit.name,
        "inner": inner,
        "counts": (rows.filter(external=True).count(), rows.filter(external=False).count()),
        "page": page,
        "rows": [
            (power, names.get(power.kind, power.kind)) for power in page.object_list if not publishing.found_in(power)
        ],
    }
    return render(request, "public/powers.html", context)


@login_not_required
@require_GET
def power(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one published power (requirement S0-51)."""
    rows = public_powers.published().select_related("unit", "post", "bureau")
    try:
        row = rows.get(pk=pk)
    except Power.DoesNotExist:
        raise Http404 from None
    if publishing.found_in(row):  # published before the guard was there, or past it
        raise Http404
    context = {
        "power": row,
        "bureau": row.bureau,
        "bureau_name": row.bureau.name,
        "kind": public_powers.kind_names(row.bureau).get(row.kind, row.kind),
        "procedures": row.procedures.prefetch_related("steps"),
        "regulations": row.regulations.filter(closed_on=None),
    }
    return render(request, "public/power.html", context)
