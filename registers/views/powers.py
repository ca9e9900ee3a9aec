"""The power list of a bureau and the page of a power: read by everybody who may browse the bureau."""

from urllib.parse import urlencode

from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.models import User
from paper.flow import Risk, draw
from registers import access
from registers import powers as reading
from registers.enums import RegisterState
from registers.models import Power, Procedure, Register, Regulation, RiskPoint, Unit
from registers.paging import page_of
from registers.procedures.flows import flow_of, marks_of
from registers.schemes.store import spec_of
from registers.services.powers import may_keep

MOST_UNITS = 500  # in the select of the filter
FLAG_LABELS = {
    "major": "三重一大事项",
    "external": "对外行使",
    "internal": "内部管理",
    "no_regulation": "没有配套制度",
    "no_basis": "没有法律依据",
    "no_procedure": "没有流程",
    "published": "向社会公开",
}
GAPS = ("no_regulation", "no_basis", "no_procedure")


def chosen_unit(request: HttpRequest, visible: QuerySet[Unit] | None = None) -> Unit | None:
    """The unit that ``?unit=`` asks for (404 for a foreign one), else his own bureau, else the first he may browse.

    Everything below a unit that he may browse is open to him as well: lists under it need no second check.
    """
    visible = (access.business_units(request.user) if visible is None else visible).select_related("bureau")
    asked = request.GET.get("unit", "")
    if asked:
        return get_object_or_404(visible, pk=int(asked) if asked.isdecimal() and len(asked) < 12 else 0)
    roots = visible.filter(parent__isnull=True).order_by("sort_key", "pk")
    mine = access.standing(request.user).bureau_ids
    return roots.filter(pk__in=mine).first() or roots.first()


def units_under(bureau: Unit) -> list[dict]:
    """The open units of a bureau (pk, name, level), in the order of the tree, for a select."""
    rows = Unit.objects.open().filter(bureau=bureau).order_by("lft")
    return list(rows.values("pk", "name", "level")[:MOST_UNITS])


def listed(found: QuerySet[Power]) -> QuerySet[Power]:
    """Powers as a list shows them: no long texts, and the names of unit and post beside them instead of their rows."""
    found = found.annotate(unit_name=F("unit__name"), post_name=F("post__name"))
    shown = ("name", "kind", "area", "external", "major", "published", "legal_basis")
    return found.only(*shown).order_by("unit__lft", "order", "pk")


def powers(request: HttpRequest) -> HttpResponse:
    """The list with its filters; as many queries for a district as for a section."""
    visible = access.business_units(request.user)
    unit = chosen_unit(request, visible)
    if unit is None:
        return render(request, "registers/powers/none.html")
    get = request.GET
    flags = [flag for flag in FLAG_LABELS if get.get(flag)]
    found = reading.under(Power.objects.open(), unit)
    filters = {"kind": get.get("kind", "")[:40], "area": get.get("area", "")[:40], "words": get.get("q", "")[:100]}
    found = reading.narrowed(found, flags=flags, **filters)
    titles = Prefetch("regulations", Regulation.objects.only("title"))
    page = page_of(request, listed(found).prefetch_related(titles))
    bureaus = visible.filter(parent__isnull=True).order_by("sort_key", "pk").values("pk", "name")[:MOST_UNITS]
    words = reading.words_of(unit.bureau)
    context = {
        "unit": unit,
        "bureau": unit.bureau,
        "bureaus": list(bureaus),
        "units": units_under(unit.bureau),
        "words": words,
        "page": page,
        "rows": _rows(list(page), words),
        "flags": [(flag, label, flag in flags) for flag, label in FLAG_LABELS.items()],
        "filters": filters,
        "keeps": may_keep(request.user, unit) and not unit.closed_on,
    }
    return render(request, "registers/powers/powers.html", context)


def _rows(page: list[Power], words: reading.Words) -> list[tuple]:
    """Each power with its words and how many risk points in force hang on it."""
    points = reading.points_in_force(page)
    return [(power, words.kind(power.kind), words.area(power.area), points.get(power.pk, 0)) for power in page]


def seen_power(user: User, pk: int) -> Power:
    """The power, if he may browse its unit (else 404)."""
    return get_object_or_404(access.visible_powers(user).select_related("unit", "post", "bureau"), pk=pk)


def power(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is known of one power: its fields, regulations, procedures, and the risk points in force on it."""
    row = seen_power(request.user, pk)
    words = reading.words_of(row.bureau)
    procedures = list(row.procedures.prefetch_related("steps"))
    ranks = marks_of(procedures, points_shown(request.user)) if procedures else {}
    context = {
        "power": row,
        "facts": _facts(row, words),
        "path": list(
            Unit.objects.filter(tree_id=row.unit.tree_id, lft__lte=row.unit.lft, rght__gte=row.unit.rght).order_by(
                "lft"
            )
        ),
        "regulations": row.regulations.all(),
        "procedures": [_drawn(procedure, ranks) for procedure in procedures],
        "points": page_of(request, _points(request.user, row), 20),
        "keeps": may_keep(request.user, row.unit) and not row.closed_on,
    }
    context["levels"] = [(point, _level(point)) for point in context["points"]]
    return render(request, "registers/powers/power.html", context)


def _drawn(procedure: Procedure, ranks: dict[int, Risk]) -> tuple:
    """A procedure, its steps with their marks, its diagram."""
    flow = flow_of(procedure, ranks=ranks)
    steps = [(step, ranks.get(step.pk) or (Risk() if step.risky else None)) for step in procedure.steps.all()]
    return procedure, steps, draw(flow) if flow else ""


def points_shown(user: User) -> QuerySet[Register]:
    """The registers in force that he may read: whose points a diagram may mark."""
    return access.visible_registers(user).filter(state=RegisterState.IN_FORCE)


def _points(user: User, row: Power) -> QuerySet[RiskPoint]:
    """The points in force on the power, of registers that he may read."""
    registers = points_shown(user)
    points = RiskPoint.objects.filter(block__power=row, block__removed_at__isnull=True, register__in=registers)
    return points.select_related("register__scheme", "register__unit").order_by("register_id", "order", "pk")


def _level(point: RiskPoint):
    rank = point.level_rank or point.register.level_rank
    levels = {level.rank: level for level in spec_of(point.register.scheme).levels}
    return levels.get(rank)


def _facts(row: Power, words: reading.Words) -> list[tuple[str, str]]:
    return [
        ("行使单位", row.unit.name),
        ("行使岗位", row.post.name if row.post else "（整个机构）"),
        ("行使主体", row.exercising_body),
        ("职权类别", words.kind(row.kind)),
        ("重点领域", words.area(row.area)),
        ("职权内容", row.content),
        ("法律依据", row.legal_basis),
        ("行使条件", row.conditions),
        ("行使程序", row.procedure_text),
        ("办理期限", row.time_limit),
        ("监督方式", row.supervision),
        ("对外行使", "是" if row.external else "否（内部管理）"),
        ("三重一大事项", "是" if row.major else "否"),
        ("自由裁量及其限制", row.discretion),
        ("向社会公开", "是" if row.published else "否"),
    ]


def power_gaps(request: HttpRequest) -> HttpResponse:
    """Which powers lack a regulation, a legal basis or a procedure."""
    unit = chosen_unit(request)
    if unit is None:
        return render(request, "registers/powers/none.html")
    found = reading.under(Power.objects.open(), unit)
    which = request.GET.get("which", "")
    which = which if which in GAPS else GAPS[0]
    counts = reading.gap_counts(found)
    rows = listed(reading.narrowed(found, flags=[which]))
    tabs = [
        {
            "label": FLAG_LABELS[gap],
            "url": f"{reverse('power_gaps')}?{urlencode({'unit': unit.pk, 'which': gap})}",
            "count": counts[gap],
            "current": gap == which,
        }
        for gap in GAPS
    ]
    page = page_of(request, rows)
    context = {"unit": unit, "page": page, "tabs": tabs, "counts": counts}
    context["rows"] = _rows(list(page), reading.words_of(unit.bureau))
    return render(request, "registers/powers/gaps.html", context)
