"""The tree of a bureau and the page of a post: read by everybody of the bureau and by the bodies above it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.roles import Permission
from registers import access, outline
from registers.bands import Bands, bands_of
from registers.models import Appointment, Charge, Post, Unit
from registers.paging import page_of
from registers.reach import reach_of

MOST = 100  # rows of one kind on a post's page: far more than a post has


def units(request: HttpRequest) -> HttpResponse:
    """The bureaus that he may browse; straight to it where there is only one."""
    words = request.GET.get("q", "").strip()
    roots = access.visible_units(request.user).filter(parent__isnull=True).open().order_by("sort_key", "pk")
    if not words and len(first := list(roots[:2])) == 1:
        return redirect("unit", pk=first[0].pk)
    page = page_of(request, roots.filter(name__contains=words) if words else roots)
    context = {"page": page, "words": words, "rows": _bureau_rows(request.user, list(page))}
    return render(request, "registers/organisation/units.html", context)


def _bureau_rows(user: User, bureaus: list[Unit]) -> list[tuple[Unit, outline.Counts | None]]:
    business = bureaus and not access.standing(user).is_administrator
    counts = outline.bureau_counts(bureaus, reach_of(user).points()) if business else {}
    return [(bureau, counts.get(bureau.pk)) for bureau in bureaus]


def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: facts, the tree under it with counts, its posts with holders, and the bodies below it."""
    visible = access.visible_units(request.user)
    row = get_object_or_404(visible.select_related("above", "parent"), pk=pk)
    me = access.standing(request.user)
    posts = page_of(request, row.posts.open(), name="posts")
    below = page_of(request, visible.filter(above=row).open().order_by("sort_key", "pk"))
    business = not me.is_administrator
    bands = bands_of({row.bureau_id}) if business else None
    readable = reach_of(request.user).points()
    context = {
        "unit": row,
        "path": [*visible.filter(tree_id=row.tree_id, lft__lt=row.lft, rght__gt=row.rght).order_by("lft"), row],
        "business": business,
        "tree": outline.outline(row, readable=readable, with_counts=business, bands=bands),
        "posts": _post_rows(row, list(posts), readable, bands),
        "post_page": posts,
        "leaders": Charge.objects.current().filter(unit=row).select_related("post"),
        "below": below,
        "bodies": _bureau_rows(request.user, list(below)),
        "keeps": me.may_own(Permission.KEEP_ORGANISATION, row) and not row.closed_on,
        "publishes": me.may_own(Permission.PUBLISH, row) and not row.closed_on,
    }
    return render(request, "registers/organisation/unit.html", context)


def _post_rows(row: Unit, posts: list[Post], readable: Q, bands: Bands | None) -> list[dict]:
    """Each post with its current holders and, for readers of business, counts: three queries for all of them."""
    holders: dict[int, list[Appointment]] = {}
    for held in Appointment.objects.current().filter(post__in=posts).select_related("user"):
        holders.setdefault(held.post_id, []).append(held)
    counts = outline.post_counts(row, readable, bands) if bands else {}
    return [{"post": post, "holders": holders.get(post.pk, []), "counts": counts.get(post.pk)} for post in posts]


def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post: duties, who holds and held it, powers, registers, what it is in charge of."""
    visible = access.visible_units(request.user)
    posts = Post.objects.filter(unit__in=visible).select_related("unit", "bureau")
    row = get_object_or_404(posts, pk=pk)
    me = access.standing(request.user)
    held = row.appointments.select_related("user").order_by("-starts_on", "-pk")
    now = set(Appointment.objects.current().filter(post=row).values_list("pk", flat=True))
    above = {"tree_id": row.unit.tree_id, "lft__lte": row.unit.lft, "rght__gte": row.unit.rght}
    context = {
        "post": row,
        "path": visible.filter(**above).order_by("lft"),
        "holders": [one for one in held if one.pk in now],
        "waiting": [one for one in held if one.pending and one.ends_on is None],
        "later": [one for one in held if one.pk not in now and not one.pending and one.ends_on is None],
        "former": page_of(request, [one for one in held if one.pk not in now and one.ends_on is not None], size=20),
        "charges": row.charges.filter(ends_on__isnull=True).select_related("unit"),
        "powers": access.visible_powers(request.user).open().filter(post=row)[:MOST],
        "registers": access.visible_registers(request.user).filter(post=row).select_related("cycle")[:MOST],
        "business": not me.is_administrator,
        "keeps": me.may_own(Permission.KEEP_ORGANISATION, row.unit) and not row.closed_on,
        "unit_url": reverse("unit", args=[row.unit_id]),
    }
    return render(request, "registers/organisation/post.html", context)
