"""批量签批: a leader looks at several registers of one step on one page and signs those that he ticks."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.asked import number
from accounts.exceptions import Refused
from registers.models import Register
from registers.paging import page_of
from workflow import actions, decisions, signing, worklist
from workflow.acts import NOTHING_SEEN, Act, new_key
from workflow.enums import Action
from workflow.services import deciding
from workflow.sheet import Sheet
from workflow.sheets import sheets_of
from workflow.views.answers import note_refusal
from workflow.views.pages import outcome, signs_as, whole

AT_ONCE = 20
OPINION = 500


@dataclass
class Item:
    """One register on the page: its content in a fold-out, and why it cannot be signed here, if so."""

    sheet: Sheet
    key: str
    seen: str
    refused: str
    levels: list[tuple[str, str]] = field(default_factory=list)
    whole: dict = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest) -> HttpResponse:
    """Each register is signed by itself; the result says of each what became of it."""
    results = _signed(request) if request.method == "POST" else []
    piles = signing.piles(request.user)
    chosen = next((pile for pile in piles if pile.key == request.GET.get("pile")), piles[0] if piles else None)
    page = page_of(request, signing.tasks_of(request.user, chosen) if chosen else [], AT_ONCE)
    items = [_item(sheet) for sheet in sheets_of([task.register for task in page.object_list], request.user)]
    context = {
        "piles": piles,
        "chosen": chosen,
        "page": page,
        "items": items,
        "signs_as": signs_as(items[0].sheet) if items else "",
        "results": results,
        "none_ticked": request.method == "POST" and not results,
        "opinion": "" if results else request.POST.get("opinion", "")[:OPINION],
        "waiting": worklist.open_count(request.user),
    }
    return render(request, "workflow/deciding/sign.html", context)


def _item(sheet: Sheet) -> Item:
    refused = actions.refusal(sheet.now, Action.AGREE) or signing.needs_own_page(sheet)
    seen = decisions.token(sheet.register, sheet.seal)
    return Item(sheet, new_key(), seen, refused, signing.level_words(sheet), whole(sheet))


@dataclass(frozen=True)
class Result:
    register: Register
    said: str
    good: bool


def _signed(request: HttpRequest) -> list[Result]:
    """One act per ticked register; a refusal of one does not touch the others."""
    ticked = [pk for pk in map(number, request.POST.getlist("sign")) if pk is not None][:AT_ONCE]
    rows = signing.registers_of(request.user, ticked)
    return [_one(request, rows[pk]) for pk in ticked if pk in rows]


def _one(request: HttpRequest, register: Register) -> Result:
    sheet = Sheet(register, request.user)
    key = request.POST.get(f"key_{register.pk}", "")[:64] or new_key()
    opinion = (request.POST.get(f"opinion_{register.pk}") or request.POST.get("opinion", ""))[:OPINION]
    done = decisions.repeated(Act(key=key), request.user)
    try:
        decision = done or deciding.agree(
            register=register,
            by=request.user,
            act=Act(
                key=key,
                seen=request.POST.get(f"seen_{register.pk}") or NOTHING_SEEN,
                opinion=opinion,
                marks=signing.marks_of(sheet),
                levels=signing.levels_to_fix(sheet),
            ),
        )
    except Refused as refused:
        note_refusal(request, refused, register)
        return Result(register, str(refused), False)
    fresh = Register.objects.select_related("scheme").get(pk=register.pk)
    return Result(register, outcome(decision, fresh), True)
