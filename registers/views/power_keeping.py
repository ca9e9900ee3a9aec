"""Pages where the office, and a section's head for his unit, keep powers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.exceptions import NotAllowed
from accounts.models import User
from registers import access
from registers import powers as reading
from registers.forms.organisation import EndForm
from registers.forms.powers import PlaceForm, PowerForm
from registers.models import Power, Regulation, Unit
from registers.paging import page_of
from registers.services import powers as service
from registers.views.forms import keep
from registers.views.powers import seen_power


def kept_power(user: User, pk: int) -> Power:
    """The power, if he may see it (else 404) and keeps it (else NotAllowed)."""
    power = seen_power(user, pk)
    service.require_keeper(user, power.unit)
    return power


def kept_units(user: User):
    """The open units whose powers he keeps."""
    me = access.standing(user)
    units = Unit.objects.none()
    for grant in me.grants_with(access.Permission.KEEP_POWERS):
        units |= Unit.objects.filter(access.scope(grant.unit), bureau_id=grant.unit.bureau_id)
    for post in me.posts:
        if post.is_head and post.unit.parent_id is not None:
            units |= Unit.objects.filter(access.scope(post.unit))
    return units.open().order_by("tree_id", "lft")


def power_add(request: HttpRequest) -> HttpResponse:
    """First the unit (``?unit=``), then the fields."""
    asked = request.GET.get("unit", "")
    if not asked.isdecimal() or len(asked) > 11:
        units = kept_units(request.user)
        if not units.exists():
            raise NotAllowed("只有领导小组办公室和科室负责人可以登记职权。")
        return render(request, "registers/powers/place.html", {"form": PlaceForm(units=units)})
    unit = get_object_or_404(access.business_units(request.user).select_related("bureau"), pk=asked)
    service.require_keeper(request.user, unit)
    words, publishes = reading.words_of(unit.bureau), service.may_publish(request.user, unit)
    form = PowerForm(
        request.POST or None,
        instance=Power(exercising_body=unit.bureau.name),
        unit=unit,
        words=words,
        publishes=publishes,
    )

    def act(form):
        power = service.add_power(by=request.user, unit=unit, reason=form.about()["reason"], **form.given())
        messages.success(request, "已登记。接着可以配上制度、写明流程。")
        return redirect("power", pk=power.pk)

    back = f"{reverse('powers')}?unit={unit.pk}"
    return keep(request, form=form, act=act, title=f"登记“{unit}”的职权", back=back, submit="登记")


def power_change(request: HttpRequest, pk: int) -> HttpResponse:
    power = kept_power(request.user, pk)
    unit, name = power.unit, power.name
    words, publishes = reading.words_of(power.bureau), service.may_publish(request.user, unit)
    form = PowerForm(request.POST or None, instance=power, unit=unit, words=words, publishes=publishes)

    def act(form):
        service.change_power(by=request.user, power=power, **form.about(), **form.given())

    return keep(request, form=form, act=act, title=f"修改“{name}”", back=reverse("power", args=[pk]))


def power_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a power off the list, told how many risk points in force hang on it."""
    power = kept_power(request.user, pk)
    form = EndForm(request.POST or None, row=power)

    def act(form):
        service.close_power(by=request.user, power=power, on=form.cleaned_data["ends_on"], **form.about())

    points = reading.points_in_force([power]).get(power.pk, 0)
    lead = "取消后不再列入职权清单，历史仍可查。"
    if points:
        lead += f"它现有 {points} 个生效的风险点，请在下一次登记时一并调整。"
    back = reverse("power", args=[pk])
    return keep(
        request, form=form, act=act, title=f"取消“{power}”", back=back, submit="取消职权", lead=lead, danger=True
    )


def power_regulations(request: HttpRequest, pk: int) -> HttpResponse:
    """Which regulations back the power: those linked, and a search for more."""
    power = kept_power(request.user, pk)
    linked = power.regulations.all()
    words = request.GET.get("q", "").strip()[:100]
    free = Regulation.objects.filter(bureau=power.bureau, closed_on__isnull=True).exclude(pk__in=linked.values("pk"))
    if words:
        free = free.filter(title__icontains=words)
    context = {"power": power, "linked": linked, "page": page_of(request, free, 20), "words": words}
    context["office"] = service.may_publish(request.user, power.unit)
    return render(request, "registers/powers/power_regulations.html", context)


@require_POST
def power_link(request: HttpRequest, pk: int, regulation: int) -> HttpResponse:
    """Link or (with ``undo``) unlink one regulation."""
    power = kept_power(request.user, pk)
    row = get_object_or_404(Regulation, pk=regulation, bureau=power.bureau)
    service.link_regulation(by=request.user, power=power, regulation=row, linked=not request.POST.get("undo"))
    return redirect("power_regulations", pk=pk)
