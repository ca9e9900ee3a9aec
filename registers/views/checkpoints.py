"""A code that was printed on a paper or kept elsewhere: do the records still agree with it?"""

from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.exceptions import NotAllowed
from accounts.roles import Permission
from audit import checkpoints
from audit.models import Chain
from audit.verify import Checkpoint, verify_chain
from registers import access
from registers.forms.administration import CheckpointForm

FOR_WHOM = (Permission.VIEW_REGISTERS, Permission.READ_AUDIT)
WALKED = 50_000  # links: more would keep somebody waiting
MOST = 20  # codes at once
SAID = {
    "kept": ("good", "相符", "这一节还是当时的，它和以前的记录没有被退回过，也没有被重新算过。"),
    "changed": (
        "bad",
        "不符",
        "链上这一节不是当时的。请先看有没有抄错；没有抄错的，就是这一节或它以前的记录被重新算过，请保存原件，立即报告。",
    ),
    "gone": ("bad", "不符", "链上没有这一节：数据库被退回到更早的时候，或者末尾的记录被删去。请保存原件，立即报告。"),
    "unknown": (
        "warn",
        "无法核对",
        "这里没有这个单位的记录。请核对单位编号；如果确是本系统印的，说明这个单位的记录被整个删去。",
    ),
}
BROKEN = ("bad", "不符", "这一节的摘要相符，但这个单位的记录已被改动：")
UNWALKED = "这个单位的记录很多，这里没有从头核验，请由系统管理员在服务器上核验。"
WALKED_WELL = "这个单位的审计记录和数据改动也从头核验过，没有不符。"


@dataclass(frozen=True)
class Answer:
    """What is said of one code."""

    point: Checkpoint
    tone: str
    word: str
    said: str
    more: tuple[str, ...] = ()


def checkpoints_page(request: HttpRequest) -> HttpResponse:
    """Type or scan a code; the answer names what is known. Raises NotAllowed for who has nothing to do with it."""
    me = access.standing(request.user)
    if not any(me.grants_with(permission) for permission in FOR_WHOM):
        raise NotAllowed("检查点由纪检监察组、领导小组、办公室、上级和审计管理员核对。")
    form = CheckpointForm(request.GET if request.GET.get("code") else None)
    answers: list[Answer] = []
    if form.is_bound and form.is_valid():
        answers = [_answer(point) for point in form.cleaned_data["code"][:MOST]]
    return render(request, "accounts/checkpoints.html", {"form": form, "answers": answers})


def _answer(point: Checkpoint) -> Answer:
    tone, word, said = SAID[known := checkpoints.answer_to(point)]
    if known != "kept":
        return Answer(point, tone, word, said)
    end = Chain.objects.filter(bureau=point.bureau).values_list("seq", flat=True).first() or 0
    if end > WALKED:
        return Answer(point, tone, word, said, (UNWALKED,))
    if found := verify_chain(connection, point.bureau):
        return Answer(point, *BROKEN, tuple(str(one) for one in found[:10]))
    return Answer(point, tone, word, said, (WALKED_WELL,))
