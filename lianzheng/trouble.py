"""When the database or the disk fails under a request: a polite page that loses no word, wherever it was raised.

Django hands every exception that nobody answered to `answer` (``handler500``): from a view, from a middleware, from
loading a session. Nothing here asks the database, which is what may be gone.
"""

import errno
import sqlite3
import sys
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from accounts.stash import STASH_LIMIT, TOKEN, is_secret

RETRY_AFTER = 5  # seconds
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# What a database means by it, where it has no number of its own for us.
FULL_WORDS = ("disk is full", "no space left", "disk i/o error", "could not extend file")
CROSSED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation)


@dataclass(frozen=True)
class Trouble:
    """What to tell a person: the sentence, and the status of the answer."""

    sentence: str
    status: int = 503


FULL = Trouble("服务器的磁盘空间不足，现在只能查看，不能保存。请告诉系统管理员；空间够了就可以继续，不用重新登录。")
BUSY = Trouble("同时办理的人太多，系统没有等到轮次。请过几秒再提交。")
AWAY = Trouble("数据库暂时连接不上，可能正在重启。请过几秒再试；一直不行，请告诉系统管理员。")
MET = Trouble("刚刚有人同时办理了同一件事，您的这一次没有办成。请刷新后查看，需要时再提交。", status=409)


def trouble_of(fault: BaseException | None) -> Trouble | None:
    """What an exception means to a person; None for an error of the program."""
    cause, words = getattr(fault, "__cause__", None), str(fault).lower()
    if isinstance(fault, OSError) and fault.errno in NO_ROOM:
        return FULL
    if isinstance(cause, CROSSED) or isinstance(fault, IntegrityError) and "unique constraint failed" in words:
        return MET
    if not isinstance(fault, OperationalError | InterfaceError):
        return None if not isinstance(cause, psycopg.errors.ReadOnlySqlTransaction) else AWAY
    if getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or any(said in words for said in FULL_WORDS):
        return FULL
    if isinstance(cause, psycopg.errors.DiskFull):
        return FULL
    if "locked" in words or "busy" in words or isinstance(cause, psycopg.errors.LockNotAvailable):
        return BUSY
    return AWAY


def found_in(fault: BaseException | None) -> Trouble | None:
    """The trouble of an exception or of what it was raised from (a broken transaction hides what broke it)."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if trouble := trouble_of(fault):
            return trouble
        wrapped = isinstance(fault, DatabaseError | InterfaceError)
        fault = fault.__cause__ or (fault.__context__ if wrapped else None)
    return None


def answer(request: HttpRequest) -> HttpResponse:
    """The answer to an exception that nobody caught; Django has logged it."""
    trouble = found_in(sys.exc_info()[1])
    if trouble is None:
        return HttpResponseServerError(render_to_string("500.html"))
    if request.headers.get("X-Autosave"):
        response: HttpResponse = JsonResponse({"refusal": trouble.sentence}, status=trouble.status)
    else:
        response = HttpResponse(render_to_string("trouble.html", _context(request, trouble)), status=trouble.status)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(request: HttpRequest, trouble: Trouble) -> dict:
    """The form as it was sent, to be sent again by a button; without files, and never with a password."""
    sent = request.method == "POST"
    fields = _typed(request) if sent else []
    return {
        "trouble": trouble,
        "sent": sent,
        "again": request.get_full_path() if fields or not sent else "",
        "fields": fields,
        "shown": [value for _, value in fields if not value.isascii()],
        "token": get_token(request) if fields else "",
    }


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        data, files = request.POST, request.FILES
        fields = [(name, value) for name in data if name != TOKEN for value in data.getlist(name)]
    except Exception:  # what broke may be the very reading of the form (no room for an upload)
        return []
    return [] if files or is_secret(fields) or sum(len(value) for _, value in fields) > STASH_LIMIT else fields
