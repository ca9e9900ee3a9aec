"""The page of one register."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from registers.models import Register
from registers.paging import page_of
from workflow import worklist
from workflow.access import get_visible
from workflow.sheet import Sheet

PARTS = 50  # compiled rows on one page


@require_GET
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says, where it is, who has it, what was decided, and what this person may do now."""
    sheet = Sheet(get_visible(request.user, pk), request.user)
    context = {
        "sheet": sheet,
        "register": sheet.register,
        "crumbs": crumbs(sheet.register),
        "compiled": _compiled(request, sheet),
        "actions": sheet.buttons,
        "sent_back": sheet.told.sent_back,
        "next_task": worklist.next_task(request.user, sheet.register) if request.GET.get("done") else None,
    }
    return render(request, "workflow/register/register.html", context)


def crumbs(register: Register, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Unit, post, register."""
    items = [(register.bureau.name, reverse("unit", args=[register.bureau_id]))]
    if register.section_id:
        items.append((register.section.name, reverse("unit", args=[register.section_id])))
    if register.post_id:
        items.append((register.post.name, reverse("post", args=[register.post_id])))
    return [*items, *(more or [("登记表", "")])]


def _compiled(request: HttpRequest, sheet: Sheet) -> dict:
    """The compiled rows of one page, by the register they come from, with the totals of all."""
    lines = [(group, row) for group in sheet.groups for row in group.rows]
    page = page_of(request, lines, PARTS)
    parts = [
        {"group": found[0][0], "rows": [row for _, row in found]}
        for found in (list(part) for _, part in groupby(page.object_list, key=lambda line: line[0].register))
    ]
    points = sum(len([line for line in row.lines if line.name]) for _, row in lines)
    return {"page": page, "parts": parts, "registers": len(sheet.groups), "rows": len(lines), "points": points}
