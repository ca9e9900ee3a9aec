"""Every list is cut into pages."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE_SIZE = 50


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE, *, name: str = "page") -> Page:
    """The page that ``?page=`` asks for (``name`` for a second list); nonsense gives the first or the last one."""
    return Paginator(rows, size).get_page(request.GET.get(name))
