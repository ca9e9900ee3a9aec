"""Answers to requests that no view could take: a page in Chinese with the number of the request, and nothing else.

None of them asks the database or says what broke inside; what did stands in the log under the same number.
"""

from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@dataclass(frozen=True)
class Page:
    """Heading and sentence."""

    title: str
    text: str


PAGES = {
    HTTPStatus.BAD_REQUEST: Page(
        "这个请求看不懂",
        "可能是网址写错了，或者浏览器、网络设备改动了提交的内容，没有办成任何事。请从首页重新进入；"
        "反复出现的，请把下面的请求编号告诉系统管理员。",
    ),
    HTTPStatus.FORBIDDEN: Page(
        "不能打开", "这个请求没有被接受，没有办成任何事。请从首页重新进入，不要从别的网站的链接里提交。"
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Page(
        "提交的内容太大",
        "一次提交的文字、栏目或者文件超过了上限（合计 12 MB，文件最多 20 个），没有办成任何事。"
        "请用浏览器的“后退”回到原来的页面，分几次提交。",
    ),
}


def answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """The page of this status."""
    return HttpResponse(render_to_string("error.html", {"page": PAGES[status]}), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: also what Django refuses to read because it is too much."""
    too_much = isinstance(exception, TOO_MUCH)
    return answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_much else HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return answer(request, HTTPStatus.FORBIDDEN)
