"""Every form that writes, sent once by who may: exactly the events that `acts.txt` names, about the right row."""

import logging
from functools import partial

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.models import SecondFactor
from accounts.services import second_factor
from audit.models import Event
from drills.road import pages
from drills.road.rare import make_rare
from tests.matrix.acts import Told, faults, read, table, writing
from tests.matrix.addresses import arguments, patterns
from tests.matrix.answers import table as expected
from tests.matrix.cast import make_cast, session_of
from tests.plumbing.database import on_postgresql

GET = "GET:"
MODELS = {model._meta.model_name: model for model in apps.get_models()}
MORE = [
    pages.Act("register_opine", "other_head", place="other", typed={"opinion": "没有补充"}),
    pages.Act("logout", "holder", "account"),
    pages.Act("session_end", "holder", "account"),
    pages.Act("sign_in_safety", "security_admin", button=("act", "agree")),
    pages.Act("form_layout_reset", "office"),
    pages.Act("register_row_restore", "holder", "register_fill"),
    pages.Act("redaction_add", "discipline", typed={"datum": "规划许可", "what": "姓名"}),
    pages.Act("redaction", "audit_admin", typed={"answer": "confirm"}),
]


class Undone(Exception):
    """What was done in the block is taken back."""


def first(act: pages.Act, cast, clients) -> None:
    """What has to be done before the form of the act is offered."""
    holder, admin = cast.near.people["规划管理岗"], cast.near.people["系统管理员"]
    if act.name == "form_layout_reset":
        pages.prepared(next(one for one in pages.ACTS if one.name == "form_layout"), cast, clients).send()
    elif act.name == "register_row_restore":
        remove = pages.Act("register_row_save", "holder", "register_fill", button=("act", "remove"))
        pages.prepared(remove, cast, clients).send()
    elif act.name == "session_end":
        session_of(holder)
    elif act.name == "sign_in_safety":
        SecondFactor.objects.create(user=holder, sealed="x", confirmed_at=timezone.now())
        second_factor.ask_removal(by=admin, user=holder, bureau=cast.near.bureau.pk)


def sent(act: pages.Act, cast, clients) -> list[str]:
    """What does not fit after the act was done; then it is taken back."""

    def ready():
        first(act, cast, clients)
        sending = pages.prepared(act, cast, clients)
        own = resolve(sending.path.partition("?")[0]).kwargs.get("pk") if sending else None
        return own, sending and sending.send

    return told(str(act), ready)


def handed_out(act: str, cast, clients) -> list[str]:
    """The same of an address that hands out a file, asked by somebody who may."""
    (pattern,) = (pattern for pattern in patterns() if pattern.name == act.removeprefix(GET))
    for place, given in arguments(pattern, cast).items():
        row = expected()[pattern.name, "GET", place]
        who = next((one for one in clients if one != "anonymous" and row.answer(one) == "200"), None)
        if who:
            do = partial(clients[who].get, reverse(pattern.name, kwargs=given))
            return told(act, partial(tuple, (given.get("pk"), do)))
    return [f"{act}: nobody may"]


def told(act: str, ready) -> list[str]:
    """``ready`` gives the row that the address names, and what does the act."""
    found, own, status, last = [], None, 0, 0
    try:
        with transaction.atomic():
            own, do = ready()
            last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            status = do().status_code if do else "no page shows its form"
            rows = Event.objects.filter(pk__gt=last).order_by("pk")
            found = list(rows.values_list("verb", "object_type", "object_id"))
            raise Undone
    except Undone:
        pass
    wanted = table().get(act, ())
    said = faults(wanted, found, own, there) if isinstance(wanted, tuple) else [f"is said not to be walked: {wanted}"]
    return [f"{act} ({status}): {one}" for one in said]


def there(kind: str, row: int) -> bool:
    return MODELS[kind]._base_manager.filter(pk=row).exists()


@pytest.mark.slow
@pytest.mark.skipif(on_postgresql(), reason="the acts are the same on every database; done once, on SQLite")
@pytest.mark.django_db
def test_every_act_leaves_its_event(monkeypatch):
    monkeypatch.setattr("workflow.human_check.LEAST", None)  # set by the makers of the people; put back after
    logging.disable(logging.CRITICAL)
    try:
        cast = pages.with_others(make_cast())
        again = reverse("job_detail", args=[cast.objects["old_job"]["own"].pk])
        acts = [*pages.ACTS, *MORE, pages.Act("job_retry", "holder", at=again), *make_rare(cast)]
        clients = pages.clients_of(cast)
        taken = [act for act, told in table().items() if act.startswith(GET) and isinstance(told, tuple)]
        found = [fault for act in taken for fault in handed_out(act, cast, clients)]
        found += [fault for act in acts for fault in sent(act, cast, clients)]
        assert not found
    finally:
        logging.disable(logging.NOTSET)
    assert {act for act, told in table().items() if isinstance(told, tuple)} == {*taken, *map(str, acts)}


def test_a_view_that_writes_is_listed_with_its_event_or_a_reason():
    listed = {act.partition("/")[0] for act in table() if not act.startswith(GET)}
    assert not sorted(writing() - listed)
    assert not sorted(listed - writing()), "listed, but its view looks at no form"


def test_a_wrong_a_missing_and_a_second_event_are_noticed():
    wanted = (Told("unit.add", "unit", "made"),)
    known = {("unit", 1)}
    asked = {"own": None, "there": lambda kind, row: (kind, row) in known}
    assert faults(wanted, [("unit.add", "unit", 2)], **asked) == []
    assert faults(wanted, [("unit.add", "unit", 1)], **asked), "about another row"
    assert faults(wanted, [("unit.add", "unit", 2), ("unit.add", "unit", 3)], **asked), "twice"
    assert faults(wanted, [("unit.add", "unit", 2), ("unit.move", "unit", 2)], **asked), "one more"
    assert faults(wanted, [], **asked), "none"


def test_the_table_is_read_strictly():
    with pytest.raises(ValueError, match="no such word"):
        read("unit_add  unit.add unit new")
    with pytest.raises(ValueError, match="written twice"):
        read("unit_add  (x)\nunit_add  (y)")
