"""Pages where the office says who holds which post and who is in charge of which unit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.exceptions import NotNow
from accounts.models import User
from registers.forms.organisation import AppointForm, ChargeForm, EndForm
from registers.models import Appointment, Charge, Post
from registers.people import people_of
from registers.services import appointments
from registers.services.organisation import decides
from registers.views.forms import keep
from registers.views.keeping import kept_post

WAITS = "此项任职可以决定他人的登记表，安全管理员确认后才生效。"


def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    post = kept_post(request.user, pk)
    form = AppointForm(request.POST or None, people=people_of(post.bureau))

    def act(form):
        _appoint(request.user, post, form.cleaned_data)

    lead = WAITS if decides(post) else ""
    back = reverse("post", args=[pk])
    return keep(request, form=form, act=act, title=f"“{post}”任职", back=back, submit="登记任职", lead=lead)


def _appoint(by: User, post: Post, given: dict) -> None:
    """One of the list, an account by its name, or a new person."""
    when = {"starts_on": given["starts_on"], "reason": given["reason"]}
    username = User.normalize_username(given["username"]).lower()
    user = given["user"] or User.objects.filter(username=username).first()
    if user:
        appointments.appoint(by=by, post=post, user=user, **when)
    elif given["name"]:
        appointments.appoint_new_person(by=by, post=post, username=username, name=given["name"], **when)
    else:
        raise NotNow(f"没有用户名为“{username}”的账号；新人员请同时填写姓名。")


def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(Appointment.objects.select_related("post", "user"), pk=pk)
    post = kept_post(request.user, held.post_id)
    form = EndForm(request.POST or None, row=held)

    def act(form):
        appointments.end_appointment(by=request.user, appointment=held, **form.about(), **form.given())

    title, lead = f"结束{held.user}在“{post}”的任职", "从这一天起不再任此岗位。"
    return keep(request, form=form, act=act, title=title, back=reverse("post", args=[post.pk]), lead=lead)


def charge_add(request: HttpRequest, pk: int) -> HttpResponse:
    post = kept_post(request.user, pk)
    form = ChargeForm(request.POST or None, bureau_id=post.bureau_id)

    def act(form):
        given = form.given() | {"reason": form.about()["reason"]}
        appointments.add_charge(by=request.user, post=post, **given)

    back = reverse("post", args=[pk])
    return keep(request, form=form, act=act, title=f"“{post}”分管", back=back, submit="登记分管", lead=WAITS)


def charge_end(request: HttpRequest, pk: int) -> HttpResponse:
    charge = get_object_or_404(Charge.objects.select_related("post", "unit"), pk=pk)
    post = kept_post(request.user, charge.post_id)
    form = EndForm(request.POST or None, row=charge)

    def act(form):
        appointments.end_charge(by=request.user, charge=charge, **form.about(), **form.given())

    title = f"结束“{post}”对“{charge.unit}”的分管"
    return keep(request, form=form, act=act, title=title, back=reverse("post", args=[post.pk]))
