"""This system is not for state secrets: what bears a mark of one is not taken in by any form.

One place for every form that there is and will be. What came in past it, or before it was there, is neither printed,
exported nor published (`documents.rendering`, `workflow.notice_check`, `registers.publishing`).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from accounts.exceptions import NotNow
from accounts.stash import OPENS, TOKEN
from registers.personal_data import secrecy_mark

SENTENCE = (
    "没有保存：您提交的内容里有“{mark}”标志。本系统是非涉密系统，涉密内容不得录入、公示和导出。"
    "请删去，涉密的材料按保密规定在涉密的设备上办理。"
)


class NoStateSecrets:
    """Gives a form with such a mark back for changing. Nothing of it is kept, not even until sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """None lets the request go on."""
        if request.method != "POST":
            return None
        fields = [(name, value) for name in request.POST if name != TOKEN for value in request.POST.getlist(name)]
        marks = [_mark(name, value) for name, value in fields]
        if not any(marks):
            return None
        sentence = SENTENCE.format(mark=next(filter(None, marks)))
        if request.headers.get("X-Autosave"):
            return JsonResponse({"refusal": sentence}, status=NotNow.status)
        return _given_back(request, sentence, list(zip(fields, marks, strict=True)))


def _mark(name: str, value: str) -> str:
    return "" if any(word in name for word in OPENS) else secrecy_mark(value)


def _given_back(request: HttpRequest, sentence: str, told: list) -> HttpResponse:
    """The form as it was sent, what bears a mark to be changed; without files and without what opens an account."""
    fields = [(*field, mark) for field, mark in told if not any(word in field[0] for word in OPENS)]
    context = {
        "sentence": sentence,
        "marked": [(number, name, value) for number, (name, value, mark) in enumerate(fields, 1) if mark],
        "others": [(name, value) for name, value, mark in fields if not mark],
        "files": bool(request.FILES),
        "again": request.get_full_path(),
        "token": get_token(request),
    }
    response = render(request, "secrecy.html", context, status=NotNow.status)
    response.headers["Cache-Control"] = "no-store"
    return response
