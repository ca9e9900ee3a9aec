"""Schemes as pages that explain them to a clerk; everybody who is signed in may read them."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from registers.models import Scheme
from registers.paging import page_of
from registers.schemes import explain, explain_letters, explain_papers
from registers.schemes.model import SchemeSpec
from registers.schemes.store import spec_of


def schemes(request: HttpRequest) -> HttpResponse:
    """All schemes, the newest version of each first."""
    rows = Scheme.objects.annotate(used=Count("cycles")).defer("body").order_by("key", "-version")
    page = page_of(request, rows)
    return render(request, "registers/schemes/schemes.html", {"page": page})


def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a scheme, explained."""
    row = get_object_or_404(Scheme, pk=pk)
    spec = spec_of(row)
    versions = Scheme.objects.filter(key=row.key).defer("body").order_by("-version")
    context = {
        "scheme": row,
        "spec": spec,
        "versions": versions,
        "direction": explain.direction(spec),
        "levels": sorted(spec.levels, key=lambda level: level.rank),
        "rating": explain.rating(spec),
        "scopes": [_scope(spec, scope) for scope in spec.scopes],
        "kinds": [(kind, _names(spec, kind.scopes)) for kind in spec.kinds],
        "factors": [(factor, _names(spec, factor.scopes)) for factor in spec.factors],
        "questions": explain.questions(spec),
        "lists": explain_papers.lists(spec),
        "notices": explain.notices(spec),
        "plate": explain.plate(spec),
        "letters": explain_letters.letters(spec),
        "stages": [(s, explain.day(spec, s.starts), explain.day(spec, s.ends)) for s in spec.stages],
        "deliverables": [(d, explain.day(spec, d.due), _names(spec, d.scopes)) for d in spec.deliverables],
    }
    return render(request, "registers/schemes/scheme.html", context)


def _scope(spec: SchemeSpec, scope) -> dict:
    road = explain.road(spec, scope)
    return {
        "key": scope.key,
        "name": scope.name,
        "ours": scope.origin == "ours",
        "line": explain.scope_line(spec, scope),
        "rules": explain.rules(spec, spec.rating.rules, scope.key),
        "vetoes": explain.rules(spec, spec.rating.vetoes, scope.key),
        "track": [{"name": step["name"], "state": "todo", "note": step["who"]} for step in road],
        "road": road,
        "papers": explain_papers.papers(spec, scope.key),
    }


def _names(spec: SchemeSpec, scopes: tuple[str, ...]) -> str:
    """The names of the scopes that something is for; "" for all."""
    return "、".join(spec.scope(key).name for key in scopes)
