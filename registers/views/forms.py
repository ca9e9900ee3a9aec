"""The one way in which pages keep organisation data: a form, a service, and an honest page for a conflict."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.exceptions import NotNow
from registers.services.tracking import Outdated

TEMPLATE = "registers/organisation/keep.html"


def keep(
    request: HttpRequest,
    *,
    form,
    act: Callable[[object], object],
    title: str,
    back: str,
    submit: str = "保存",
    done: str = "已保存。",
    template: str = TEMPLATE,
    **context,
) -> HttpResponse:
    """Show the form; when sent, call ``act(form)`` and go back. A refusal by state is shown on the form itself.

    ``act`` may return a response of its own. After a conflict both values are shown, and nothing was written.
    """
    status, changes = 200, []
    if request.method == "POST" and form.is_valid():
        try:
            answer = act(form)
        except Outdated as conflict:
            status, changes = 409, form.catch_up(type(form.row)._default_manager.get(pk=form.row.pk))
            form.add_error(None, str(conflict))
        except NotNow as refusal:
            status = 409
            form.add_error(None, str(refusal))
        else:
            if isinstance(answer, HttpResponse):
                return answer
            messages.success(request, done)
            return redirect(back)
    context |= {"form": form, "title": title, "back": back, "submit": submit, "changes": changes}
    return render(request, template, context, status=status)
