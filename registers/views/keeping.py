"""Pages where the office keeps units and posts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import User
from registers import access
from registers.forms.organisation import BureauForm, EndForm, MoveForm, PostForm, UnitForm
from registers.models import Post, Unit
from registers.services import organisation
from registers.views.forms import keep


def kept_unit(user: User, pk: int) -> Unit:
    """The unit, if he may see it (else 404) and keeps its bureau's organisation (else NotAllowed)."""
    unit = get_object_or_404(access.visible_units(user), pk=pk)
    organisation.require_office(user, unit)
    return unit


def kept_post(user: User, pk: int) -> Post:
    """The post, if he may see it (else 404) and keeps its bureau's organisation (else NotAllowed)."""
    visible = Post.objects.filter(unit__in=access.visible_units(user))
    post = get_object_or_404(visible.select_related("unit", "bureau"), pk=pk)
    organisation.require_office(user, post.unit)
    return post


def unit_add(request: HttpRequest, pk: int) -> HttpResponse:
    parent = kept_unit(request.user, pk)
    form = UnitForm(request.POST or None, instance=Unit())

    def act(form):
        organisation.add_unit(by=request.user, parent=parent, reason=form.about()["reason"], **form.given())

    back = reverse("unit", args=[parent.pk])
    return keep(request, form=form, act=act, title=f"在“{parent}”下增设机构", back=back, submit="增设")


def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    unit = kept_unit(request.user, pk)
    form = (UnitForm if unit.parent_id else BureauForm)(request.POST or None, instance=unit)

    def act(form):
        organisation.change_unit(by=request.user, unit=unit, **form.about(), **form.given())

    return keep(request, form=form, act=act, title=f"修改“{unit}”", back=reverse("unit", args=[pk]))


def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    unit = kept_unit(request.user, pk)
    form = MoveForm(request.POST or None, row=unit)

    def act(form):
        organisation.move_unit(by=request.user, unit=unit, **form.about(), **form.given())

    lead = "机构移动后，它的下级、岗位、职权和登记表一起归到新的科室，历史不变。"
    back = reverse("unit", args=[pk])
    return keep(request, form=form, act=act, title=f"移动“{unit}”", back=back, submit="移动", lead=lead)


def unit_close(request: HttpRequest, pk: int) -> HttpResponse:
    unit = kept_unit(request.user, pk)
    form = EndForm(request.POST or None, row=unit)

    def act(form):
        organisation.close_unit(by=request.user, unit=unit, on=form.cleaned_data["ends_on"], **form.about())

    lead = "撤销后不再出现在机构树上，历史和已生效的登记表仍可查。"
    back = reverse("unit", args=[unit.parent_id or unit.pk])
    return keep(request, form=form, act=act, title=f"撤销“{unit}”", back=back, submit="撤销", lead=lead, danger=True)


def post_add(request: HttpRequest, pk: int) -> HttpResponse:
    unit = kept_unit(request.user, pk)
    form = PostForm(request.POST or None, instance=Post())

    def act(form):
        organisation.add_post(by=request.user, unit=unit, reason=form.about()["reason"], **form.given())

    return keep(
        request, form=form, act=act, title=f"在“{unit}”增设岗位", back=reverse("unit", args=[pk]), submit="增设"
    )


def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    post = kept_post(request.user, pk)
    form = PostForm(request.POST or None, instance=post)

    def act(form):
        organisation.change_post(by=request.user, post=post, **form.about(), **form.given())

    return keep(request, form=form, act=act, title=f"修改“{post}”", back=reverse("post", args=[pk]))


def post_close(request: HttpRequest, pk: int) -> HttpResponse:
    post = kept_post(request.user, pk)
    form = EndForm(request.POST or None, row=post)

    def act(form):
        organisation.close_post(by=request.user, post=post, on=form.cleaned_data["ends_on"], **form.about())

    back = reverse("unit", args=[post.unit_id])
    return keep(request, form=form, act=act, title=f"撤销“{post}”", back=back, submit="撤销", danger=True)
