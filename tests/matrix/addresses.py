"""Every address of the URL configuration, and with which arguments it is asked for at each place."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix.cast import NOBODY, Cast

# Name of the address → kind of object (`cast.Cast.objects`) that its ``pk`` is, further arguments.
OBJECT: dict[str, str] = {
    "account_keep": "user",
    "appointment_end": "appointment",
    "appoint": "post",
    "charge_add": "post",
    "charge_end": "charge",
    "comment": "comment",
    "comment_items": "society",
    "cycle": "cycle",
    "cycle_close": "cycle",
    "cycle_date": "cycle",
    "cycle_gaps": "cycle",
    "cycle_open": "cycle",
    "cycle_pairs": "cycle",
    "cycle_registers": "cycle",
    "filing": "filing",
    "filing_pack": "cycle",
    "filing_pdf": "filing",
    "filing_report": "filing",
    "history": "post",
    "form_layout": "bureau",
    "form_layout_reset": "bureau",
    "issuance": "issuance",
    "list_html": "unit",
    "list_pdf": "unit",
    "list_xlsx": "unit",
    "job_cancel": "job",
    "job_detail": "job",
    "job_file": "old_job",
    "job_retry": "old_job",
    "letter": "letter",
    "letter_pdf": "letter",
    "meeting": "meeting",
    "notice": "draft",
    "notice_check": "draft",
    "notice_close": "inner",
    "notice_comment": "inner",
    "notice_delete": "draft",
    "notice_edit": "draft",
    "notice_pdf": "inner",
    "notice_publish": "draft",
    "notice_read": "inner",
    "notice_read_item": "inner",
    "notice_screen": "inner",
    "notice_withdraw": "inner",
    "paper_html": "register",
    "paper_pdf": "register",
    "paper_xlsx": "register",
    "post": "post",
    "post_add": "unit",
    "post_close": "post",
    "post_edit": "post",
    "post_plate": "post",
    "post_plate_pdf": "plated",
    "power": "power",
    "power_change": "power",
    "power_close": "power",
    "power_link": "power",
    "power_regulations": "power",
    "procedure": "procedure",
    "procedure_add": "power",
    "procedure_remove": "procedure",
    "proposal_decline": "proposal",
    "proposal_take": "proposal",
    "public_archive": "bureau",
    "public_bureau": "bureau",
    "public_comment": "society",
    "public_item": "society",
    "public_notice": "society",
    "public_notice_pdf": "society",
    "public_post": "plated",
    "public_power": "public_power",
    "public_powers": "bureau",
    "public_screen": "society",
    "redaction": "redaction",
    "regulation": "regulation",
    "regulation_add": "bureau",
    "regulation_change": "regulation",
    "regulation_close": "regulation",
    "account_handover": "handed",
    "grant_confirm": "pending_grant",
    "role_confirm": "pending",
    "role_end": "grant",
    "scheme": "scheme",
    "take_out": "item",
    "unit": "unit",
    "unit_add": "unit",
    "unit_close": "unit",
    "unit_edit": "unit",
    "unit_move": "unit",
    "unit_plates": "unit",
}
OBJECT |= {
    f"register{act}": "register"
    for act in (
        "", "_agree", "_change", "_compile", "_confirm", "_fill", "_head_conflict", "_head_save", "_new_version",
        "_opine", "_recompile", "_row_add", "_row_conflict", "_row_restore", "_row_save", "_row_undo", "_send_back",
        "_stop", "_submit", "_versions", "_withdraw",
    )
} | {"register_compile": "section_register"}  # fmt: skip
OBJECT |= {"offline_issue": "register"}
# Addresses with a word that nobody can guess: the kind of object that has it, and the argument.
SECRETS = {"offline_workbook": ("offline_form", "token")}
SECRETS |= {f"offline_{act}": ("offline_batch", "batch") for act in ("batch", "compare", "marked")}
SECRETS |= {f"catalogue_{act}": ("catalogue_upload", "token") for act in ("preview", "marked")}
FIXED = {"history": {"model": "post"}, "role_confirm": {"model": "appointment"}, "post_plate_pdf": {"size": "a5"}}
PAPERS = {"key": "form1", "scheme": "s000"}  # a form of the sample scheme's posts
LISTS = {"scheme": "s000", "key": "ledger"}


def patterns(part: URLResolver | None = None) -> Iterator[URLPattern]:
    """All patterns, those of included lists too."""
    for pattern in (part or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def arguments(pattern: URLPattern, cast: Cast) -> dict[str, dict]:
    """Place → arguments of the address; an address without arguments lies nowhere in particular."""
    wanted = set(pattern.pattern.converters)
    if not wanted:
        return {"": {}}
    if pattern.name in SECRETS:
        kind, key = SECRETS[pattern.name]
        rest = {word: value for word, value in {"file": 1, "kind": "organisation"}.items() if word in wanted}
        secrets = {place: row.token for place, row in cast.objects[kind].items()} | {"none": "x" * 32}
        return {place: {key: secret} | rest for place, secret in secrets.items()}
    if "token" in wanted:  # nobody else can guess it; who learns it must not get in all the same
        return {place: {"token": row.token} for place, row in cast.objects["upload"].items()} | {
            "none": {"token": "x" * 32}
        }
    if wanted == {"kind"}:  # of a table to import
        return {"own": {"kind": "organisation"}, "none": {"kind": "nothing"}}
    if pattern.name not in OBJECT:
        return {"none": dict.fromkeys(wanted, NOBODY)}
    rows = cast.objects[OBJECT[pattern.name]]
    places = {place: row.pk for place, row in rows.items()} | {"none": NOBODY}
    return {place: _arguments(pattern.name, wanted, place, pk, cast) for place, pk in places.items()}


def _arguments(name: str, wanted: set[str], place: str, pk: int, cast: Cast) -> dict:
    given = {"pk": pk} | FIXED.get(name, {})
    if "key" in wanted:
        given |= LISTS if name.startswith("list_") else PAPERS
    seconds = {"row": "row", "date": "date", "regulation": "regulation", "bureau": None, "item": None}
    for second in wanted & seconds.keys():
        kind = seconds[second]
        if kind is None:
            kind = "bureau" if second == "bureau" else "inner_item" if name.startswith("notice") else "item"
        row = cast.objects[kind].get(place) or cast.objects[kind]["own"]
        given[second] = row.pk if place != "none" or second != "bureau" else NOBODY
    return {key: value for key, value in given.items() if key in wanted}
