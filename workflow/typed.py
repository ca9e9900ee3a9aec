"""Typed forms kept in the session until their author has decided what becomes of them (conflict, undo)."""

from django.http import HttpRequest, QueryDict

KEY = "typed_forms"
MOST = 12  # the oldest goes first; a session is no archive


def keep(request: HttpRequest, name: str, sent: QueryDict) -> None:
    """Remember a form under a name."""
    forms = request.session.get(KEY, {})
    forms.pop(name, None)
    forms[name] = [
        [field, value] for field in sent for value in sent.getlist(field) if field not in ("csrfmiddlewaretoken", "act")
    ]
    while len(forms) > MOST:
        forms.pop(next(iter(forms)))
    request.session[KEY] = forms


def peek(request: HttpRequest, name: str) -> QueryDict | None:
    """The form kept under the name; it stays."""
    fields = request.session.get(KEY, {}).get(name)
    if fields is None:
        return None
    found = QueryDict(mutable=True)
    for field, value in fields:
        found.appendlist(field, value)
    return found


def take(request: HttpRequest, name: str) -> QueryDict | None:
    """The form kept under the name; it is forgotten."""
    found = peek(request, name)
    if found is not None:
        forms = request.session[KEY]
        del forms[name]
        request.session[KEY] = forms
    return found
