"""The forms of the site, as its pages show them, by the address that they are sent to."""

from collections import defaultdict
from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from drills.plumbing.forms import Form, forms_of
from drills.plumbing.site import Got, Site, Target
from tests.matrix.cast import Cast

KEPT = 8  # of one address: those that differ in their fields or in where exactly they go


class Harvest:
    """``forms``: name of the address → its forms. Each page is looked at once, by some who are let in there."""

    def __init__(self, site: Site, cast: Cast, people: int, judge: Callable[[Got, str], None] = lambda got, what: None):
        self.site, self.cast, self.people, self.judge = site, cast, people, judge
        self.forms: dict[str, list[Form]] = defaultdict(list)
        self.seen: set[Target] = set()

    def of(self, target: Target) -> None:
        """Look at this page."""
        if target in self.seen:
            return
        self.seen.add(target)
        for who in target.gets[:: max(1, len(target.gets) // 2)][: self.people]:
            got = self.site.ask("GET", target.path, self.cast.sessions.get(who, ""))
            self.judge(got, f"GET {target.path} by {who}")
            if got.status == 200 and "html" in got.response.headers.get("Content-Type", ""):
                for form in forms_of(got.text, target.path):
                    self._keep(form)

    def _keep(self, form: Form) -> None:
        try:
            name = resolve(urlsplit(form.action).path).url_name
        except Resolver404:
            return
        known, names = self.forms[name], {field for field, _ in form.fields}
        same = any({field for field, _ in old.fields} == names and old.action == form.action for old in known)
        if len(known) < KEPT and not same:
            known.append(form)
