"""Forms of the site that write into the database, on the page where people find them: who sends, and what he types."""

import datetime
from dataclasses import dataclass, field

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from drills.plumbing.forms import Form, forms_of
from drills.plumbing.prepared import prepared_cast
from tests.factories import make_user
from tests.matrix.addresses import arguments, patterns
from tests.matrix.cast import Cast, session_of
from tests.registers.workbooks import workbook
from tests.workflow.visitors import solved
from workflow import human_check

TODAY, FIRST, LAST, SOLVED = "<今天>", "<第一个>", "<最后一个>", "<答案>"
OLD, NEW = "jiu-mima-2025", "vK9-riluo-4417"
WORD = "甲乙"
OPINION = "公示的措施不够具体。"
NOBODY_YET = "daishou"
HEAD = ["序号", "岗位", "职权内容", "风险点", "风险等级", "防控措施"]
ROW = [1, "规划管理岗", "规划许可", "越权审批", "一级", "双人办理"]


@dataclass(frozen=True)
class Act:
    """One form: the name of the address that it is sent to, who sends it, the page that shows it and its place."""

    name: str
    who: str
    page: str = ""  # the same address, when empty
    place: str = "own"
    button: tuple[str, str] = ("", "")
    typed: dict[str, str] = field(default_factory=dict)
    at: str = ""  # the very path of its page, where no name and place tell it

    def __str__(self) -> str:
        return f"{self.name}{'/' + self.button[1] if self.button[1] else ''}"


ENDING = {"ends_on": TODAY, "reason": WORD}
BEGINNING = {"starts_on": TODAY, "reason": WORD}
ACTS = [
    Act("register_submit", "holder"),
    Act("register_agree", "office", place="same"),
    Act("register_send_back", "office", place="same", typed={"opinion": WORD}),
    Act("register_stop", "office", typed={"opinion": WORD}),
    Act("register_withdraw", "other_holder", place="other"),
    Act("register_row_add", "holder", "register_fill"),
    Act("register_row_save", "holder", "register_fill", button=("act", "save")),
    Act("register_row_save", "holder", "register_fill", button=("act", "copy")),
    Act("offline_issue", "holder", "register_fill"),
    Act("proposal_take", "holder", "register_fill"),
    Act("proposal_decline", "holder", typed={"opinion": WORD}),
    Act("sign", "office", typed={"*": FIRST}),
    Act("take_out", "discipline", typed={"opinion": WORD}),
    Act("comment", "discipline", typed={"answer": WORD, "finding": WORD}),
    Act("notice_publish", "office", "notice"),
    Act("notice_edit", "office", typed={"body": WORD}),
    Act("notice_delete", "office", "notice"),
    Act("notice_withdraw", "office", typed={"reason": WORD}),
    Act("notice_comment", "holder", typed={"text": OPINION, "item": FIRST}),
    Act("public_comment", "anonymous", typed={"text": OPINION, "item": FIRST, "answer": SOLVED}),
    Act("cycle_new", "office", typed={"name": "新的年度", "year": "2031", "starts_on": TODAY}),
    Act("cycle_open", "office", "cycle"),
    Act("cycle_date", "office", typed={"due_on": "2031-01-01", "reason": WORD}),
    Act("letter", "holder", place="own", typed={"text": WORD}),
    Act("account_add", "system_admin", typed={"username": "xinren", "name": WORD}),
    Act("account_keep", "system_admin", button=("act", "reset")),
    Act("role_add", "security_admin", typed={"user": NOBODY_YET, "role": "publisher", **BEGINNING}),
    Act("role_confirm", "security_admin", typed={"reason": WORD}),
    Act("grant_confirm", "security_admin", typed={"reason": WORD}),
    Act("role_end", "security_admin", typed=ENDING),
    Act("appoint", "office", typed={"username": "xinren", "name": WORD, **BEGINNING}),
    Act("appointment_end", "office", typed=ENDING),
    Act("charge_add", "office", typed=BEGINNING),
    Act("charge_end", "office", typed=ENDING),
    Act("unit_add", "office", typed={"name": "新设股", "reason": WORD}),
    Act("unit_edit", "office", typed={"name": "改名股", "reason": WORD}),
    Act("unit_move", "office", typed={"parent": LAST, "reason": WORD}),
    Act("post_add", "office", typed={"name": "新设岗", "reason": WORD}),
    Act("post_edit", "office", typed={"name": "改名岗", "reason": WORD}),
    Act("power_change", "office", typed={"name": "改名职权", "reason": WORD}),
    Act("power_close", "office", typed=ENDING),
    Act("procedure_add", "office", typed={"name": "新流程"}),
    Act("procedure", "office", button=("act", "save"), typed={"step-0-name": WORD}),
    Act("procedure_remove", "office", typed={"reason": WORD}),
    Act("regulation_add", "office", typed={"title": "新制度", "reason": WORD}),
    Act("regulation_change", "office", typed={"title": "改名制度", "reason": WORD}),
    Act("regulation_close", "office", typed=ENDING),
    Act("power_link", "office", "power_regulations"),
    Act("form_layout", "office", button=("do", "save"), typed={"title": "改名的表"}),
    Act("import_preview", "office", button=("act", "confirm")),
    Act("catalogue_preview", "office", button=("act", "confirm")),
    Act("offline_compare", "holder"),
    Act("password_change", "changing", typed={"old_password": OLD, "new_password1": NEW, "new_password2": NEW}),
    Act("login", "anonymous", typed={"username": "nobody", "password": "wrong"}),
    Act("filing_pack", "office"),
    Act("handbook", "office"),
    Act("unit_plates", "office"),
    Act("job_cancel", "holder", "job_detail"),
    Act("account_handover", "audit_admin", button=("act", "make")),
    Act("account_passwords", "system_admin", button=("act", "make")),
    Act("redaction_add", "discipline", typed={"datum": "13800000000", "what": "电话", "ground": "本人申请"}),
    Act("redaction", "audit_admin", typed={"answer": "confirm"}),
    Act("second_factor_setup", "changing", button=("act", "begin"), typed={"password": OLD}),
]


def make_people() -> Cast:
    """The cast of the permission matrix, with those whom it does not need."""
    return with_others(prepared_cast())


def with_others(cast: Cast) -> Cast:
    """The same cast with them."""
    human_check.LEAST = datetime.timedelta(0)  # nobody waits here
    cast.sessions["other_holder"] = session_of(cast.near.people["施工许可岗"])
    changing = cast.near.people["主要领导"]
    changing.set_password(OLD)
    changing.save()
    make_user("待授", NOBODY_YET)
    cast.sessions["changing"] = session_of(changing)
    return cast


def clients_of(cast: Cast) -> dict[str, Client]:
    """A browser for everybody; an error becomes the page that users see."""
    found = {"anonymous": Client(raise_request_exception=False)}
    for who, session in cast.sessions.items():
        found[who] = Client(raise_request_exception=False)
        found[who].cookies[settings.SESSION_COOKIE_NAME] = session
    return found


@dataclass
class Sending:
    """A form ready to be sent, as often as one likes and by several threads: each time from a new window."""

    act: Act
    client: Client
    path: str
    fields: list[tuple[str, str]]
    files: dict[str, tuple[str, bytes]]

    def send(self) -> HttpResponse:
        window = Client(raise_request_exception=False)
        window.cookies = self.client.cookies.copy()
        data: dict[str, list] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        for name, (shown, content) in self.files.items():
            data[name] = [SimpleUploadedFile(shown, content)]
        return window.post(self.path, data)


def prepared(act: Act, cast: Cast, clients: dict[str, Client]) -> Sending | None:
    """The act as its page offers it now; None when no page does."""
    url = act.at or _path(act, cast)
    client = clients[act.who]
    answer = client.get(url)
    if answer.status_code != 200:
        return None
    for form in (form for form in forms_of(answer.content.decode(), url) if form.method == "POST"):
        action = form.action
        if resolve(action.partition("?")[0]).url_name == act.name and _has(form, act.button):
            answers = {"answer": str(solved(answer.content.decode()))} if SOLVED in act.typed.values() else {}
            return Sending(act, client, action, _typed(form, act, answers), _files(form))
    return None


def _path(act: Act, cast: Cast) -> str:
    name = act.page or act.name
    pattern = next(pattern for pattern in patterns() if pattern.name == name)
    given = arguments(pattern, cast)
    place = act.place if act.place in given else next(iter(given))
    return reverse(name, kwargs=given[place])


def _has(form: Form, button: tuple[str, str]) -> bool:
    return not button[0] or button in form.buttons or form.value(button[0]) == button[1]


def _typed(form: Form, act: Act, answers: dict[str, str]) -> list[tuple[str, str]]:
    typed(form, act.typed | answers)
    if act.button[0]:
        form.put(*act.button)
    return form.fields


def typed(form: Form, given: dict[str, str]) -> list[tuple[str, str]]:
    """What stands there, what is typed besides, and something for whatever is required.

    A name that ends with a star stands for all that begin like it, the star alone for all where there is a choice.
    """
    today = timezone.localdate().isoformat()
    for name in form.required:
        if not form.value(name):
            options = [one for one in form.choices.get(name, []) if one]
            form.put(name, options[0] if options else today if name.endswith("_on") else WORD)
    for name, value in given.items():
        if value == SOLVED:
            continue  # who sees the page has answered it
        for one in _names(form, name):
            options = [option for option in form.choices.get(one, []) if option]
            form.put(one, today if value == TODAY else _chosen(value, options))
    return form.fields


def _names(form: Form, name: str) -> list[str]:
    if not name.endswith("*"):
        return [name]
    there = form.choices if name == "*" else dict.fromkeys([*form.choices, *(one for one, _ in form.fields)])
    return [one for one in there if one.startswith(name[:-1])]


def _chosen(value: str, options: list[str]) -> str:
    return {FIRST: options[0], LAST: options[-1]}.get(value, value) if options else value


def _files(form: Form) -> dict[str, tuple[str, bytes]]:
    return {name: ("表.xlsx", workbook([HEAD, ROW])) for name in form.files}
