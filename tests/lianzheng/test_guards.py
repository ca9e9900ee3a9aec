"""Every address that takes a form says what keeps the form from being acted on twice; a new one must say it too."""

from django.conf import settings

from drills.road.pages import ACTS
from drills.road.rare import NAMES
from lianzheng.once import REPEATABLE
from tests.matrix.answers import table
from tests.matrix.cast import IDENTITIES

# Nothing is sent there: a POST is answered as a GET.
READS = {
    "account", "accounts", "audit", "catalogue_done", "catalogues", "checkpoints", "cycle", "cycle_gaps",
    "cycle_registers", "cycles", "filings_inbox", "filings_sent", "history", "import_done", "issuance", "issuances",
    "ledger", "ledger_export", "letters", "meeting", "meeting_new", "meetings", "post", "power", "power_gaps",
    "power_regulations", "powers", "redactions", "regulation", "regulations", "roles", "scheme", "schemes", "unit",
    "units",
}  # fmt: skip
# Forms that drill `repeats` does not send, and what guards them beside the word that every form has.
GUARDED = {
    "accounts": "reads",
    "catalogue": "an upload makes nothing before it is confirmed; the confirmation is drilled",
    "fonts": "reads",
    "form_layout_reset": "the version of the layout",
    "import": "an upload makes nothing before it is confirmed; the confirmation is drilled",
    "import_decide": "says the same again",
    "job_retry": "one live job of a kind with the same parameters",
    "list_pdf": "one live job of a kind with the same parameters",
    "notice_check": "the fingerprint of what was found",
    "offline": "an upload makes nothing before it is taken back; the comparison is drilled",
    "register_compile": "takes in what is ready, which it is once",
    "register_confirm": "the key of the act",
    "register_head_conflict": "the version of the content",
    "register_head_save": "the version of the content",
    "register_opine": "the key of the act",
    "register_recompile": "the key of the act",
    "register_row_conflict": "the version of the row",
    "register_row_restore": "a row that is there is not removed",
    "register_row_undo": "what was dropped is kept for one use",
    "resume": "forgets a form that was kept",
    "session_end": "an ended session stays ended",
    "sign_in_safety": "a lock that is off stays off; a request is answered once",
}


def taking_forms() -> set[str]:
    """Names of the addresses where a POST is let in for somebody."""
    rows = [row for (_, method, _), row in table().items() if method == "POST"]
    return {row.name for row in rows if {row.answer(who) for who in IDENTITIES} - {"405", "login", None}}


def test_every_form_says_what_keeps_it_from_being_acted_on_twice():
    drilled = {act.name for act in ACTS} | NAMES
    said = drilled | READS | GUARDED.keys() | REPEATABLE.keys()
    assert not taking_forms() - said, "new: add its form to drills/road, or say here what guards it"
    assert not said - taking_forms() - REPEATABLE.keys(), "gone"
    assert not drilled & (READS | GUARDED.keys())


def test_the_guard_stands_innermost_where_every_form_passes():
    assert settings.MIDDLEWARE.index("lianzheng.once.OnceOnly") > settings.MIDDLEWARE.index(
        "lianzheng.middleware.RefusalPages"
    )
