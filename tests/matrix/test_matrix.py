"""The whole matrix: addresses from the URL configuration × people × places × GET and POST.

Beyond the answer itself each cell shows: every page carries the content security policy; a GET writes nothing; a POST
that is not "done" writes nothing; what one may not see looks exactly like what does not exist; nobody who only reads
public pages gets a cookie.
"""

import logging
import re

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from registers import access
from registers.models import Register
from tests.matrix.addresses import arguments, patterns
from tests.matrix.answers import OUT, TABLE, read, table
from tests.matrix.asking import Answer, Asker
from tests.matrix.cast import IDENTITIES, NOBODY, Cast, make_cast
from tests.plumbing.database import on_postgresql
from workflow import access as workflow_access

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(on_postgresql(), reason="the rules are the same on every database; asked once, on SQLite"),
]
NAMES = sorted({pattern.name or str(pattern.pattern) for pattern in patterns()})
# Where nobody has an object, four people ask for all: what they get does not depend on whose it is.
ASK_FOR_NOTHING = ("anonymous", "holder", "office", "system_admin")
ALWAYS_WRITTEN = {"accounts_session", "audit_event"}
# A POST that writes although it was not "done": address → tables, why.
WRITES_ON_THE_WAY: dict[str, set[str]] = {}
# Files that say nothing of anybody: empty templates, what hangs in public.
FOR_ANYBODY = {"public_notice_pdf", "catalogue_template", "fonts_specimen"}
# Public pages with a form carry the token against forged forms, and nothing else.
FORM_COOKIE = {"login": ["csrftoken"], "public_receipt": ["csrftoken"], "public_comment": ["csrftoken"]}
CHANGING = re.compile(rb'(csrfmiddlewaretoken" value=")[^"]*| aria-current="page"|(class="request-number">)[^<]*')


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """The two worlds, made once; everything is rolled back at the end."""
    logging.disable(logging.CRITICAL)  # thousands of refusals are no news
    with django_db_blocker.unblock():
        with transaction.atomic():
            yield make_cast()
            transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.fixture(scope="module")
def nothing(cast, asker) -> dict[str, bytes]:
    """What each person reads where there is nothing."""
    path = reverse("unit", args=[NOBODY])
    asked = {who: asker.ask("GET", path, cast.sessions[who]) for who in IDENTITIES if who in cast.sessions}
    return {who: CHANGING.sub(b"", answer.body) for who, answer in asked.items()}


def test_every_address_is_listed_and_nothing_else():
    listed = {name for name, _, _ in table()}
    assert all(pattern.name for pattern in patterns()), "every address has a name"
    assert not set(NAMES) - listed, "addresses without expected answers (tests/matrix/answers.txt)"
    assert not listed - set(NAMES), "expected answers for addresses that are gone"


def test_no_two_addresses_share_a_name():
    names = [pattern.name for pattern in patterns()]
    assert len(names) == len(set(names))


@pytest.mark.django_db  # only then is there a database when nothing else is run
@pytest.mark.parametrize("name", NAMES)
def test_everybody_gets_the_answer_that_is_written(name: str, cast: Cast, asker: Asker, nothing: dict[str, bytes]):
    faults = faults_of(name, cast, asker, nothing)
    assert not faults, "\n" + "\n".join(faults[:60])


def faults_of(name: str, cast: Cast, asker: Asker, nothing: dict[str, bytes]) -> list[str]:
    """Every cell of one address that is not as written."""
    faults = []
    (pattern,) = (pattern for pattern in patterns() if pattern.name == name)
    for place, given in arguments(pattern, cast).items():
        path = reverse(name, kwargs=given)
        for method in ("GET", "POST"):
            row = table().get((name, method, place))
            assert row, f"no expected answer for {name} {method} {place or '-'}"
            for who in ASK_FOR_NOTHING if place == "none" else IDENTITIES:
                answer = asker.ask(method, path, cast.sessions.get(who, ""))
                cell = f"{method} {path} ({place or '-'}) by {who}"
                if answer.word != row.answer(who):
                    faults.append(f"{cell}: {answer.word}, expected {row.answer(who)}")
                faults += [f"{cell}: {fault}" for fault in beyond(name, method, who, answer, nothing)]
    return faults


def beyond(name: str, method: str, who: str, answer: Answer, nothing: dict[str, bytes]) -> list[str]:
    """What holds in every cell."""
    faults = []
    if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
        faults.append("no content security policy")
    written = answer.written - ALWAYS_WRITTEN - WRITES_ON_THE_WAY.get(name, set())
    if written and (method == "GET" or answer.status not in (302, 303)):
        faults.append(f"wrote {', '.join(sorted(written))}")
    handed_out = answer.status == 200 and "filename" in answer.headers.get("Content-Disposition", "")
    if handed_out and "audit_event" not in answer.written and name not in FOR_ANYBODY:
        faults.append("handed out a file without an event")
    if answer.status == 404 and who not in OUT and CHANGING.sub(b"", answer.body) != nothing[who]:
        faults.append("looks different from what does not exist")
    if method == "GET" and who == "anonymous" and answer.cookies != FORM_COOKIE.get(name, []) and answer.status == 200:
        faults.append(f"sets {answer.cookies}")
    return faults


# The matrix bites


@pytest.mark.django_db
def test_it_bites_when_everybody_sees_every_register(monkeypatch, cast, asker, nothing):
    monkeypatch.setattr(workflow_access, "visible_registers", lambda user: Register.objects.all())
    monkeypatch.setattr(access, "visible_registers", lambda user: Register.objects.all())
    faults = faults_of("register_versions", cast, asker, nothing)
    assert any("by foreign_holder: 200, expected 404" in fault for fault in faults)
    assert any("by system_admin: 200, expected 404" in fault for fault in faults)


@pytest.mark.django_db
def test_it_bites_when_nobody_asks_for_the_right_to_keep_the_organisation(monkeypatch, cast, asker, nothing):
    monkeypatch.setattr(access.Standing, "may_own", lambda *given: True)
    faults = faults_of("unit_edit", cast, asker, nothing)
    assert any("by holder: 200, expected 403" in fault for fault in faults)


@pytest.mark.django_db
def test_it_bites_when_reading_writes(monkeypatch, cast, asker, nothing):
    def nosy(user):
        User.objects.filter(pk=user.pk).update(name=user.name)
        return Register.objects.none()

    monkeypatch.setattr(access, "visible_registers", nosy)
    assert any("wrote accounts_user" in fault for fault in faults_of("register", cast, asker, nothing))


def test_a_row_is_read_from_the_left():
    (row,) = read("unit_add  GET+POST  own other  200 office; 404 FAR audit_admin; 403 *")
    answers = {who: row.answer(who) for who in ("office", "foreign_office", "audit_admin", "holder", "anonymous")}
    assert list(answers.values()) == ["200", "404", "404", "403", "login"]


@pytest.mark.parametrize(
    "line", ["unit GET 200 *", "unit GET own 200 nobody", "unit PUT own 200 *", "unit GET near 200 *"]
)
def test_a_faulty_row_is_an_error(line):
    with pytest.raises(ValueError, match=r"."):
        read(line)


def test_the_table_is_written_without_gaps():
    for (name, method, place), row in table().items():
        asked = ASK_FOR_NOTHING if place == "none" else IDENTITIES
        missing = [who for who in asked if row.answer(who) is None]
        assert not missing, f"{TABLE.name}: {name} {method} {place}: nothing for {missing}"


def test_at_least_ten_kinds_of_people_ask():
    assert len(IDENTITIES) >= 18
