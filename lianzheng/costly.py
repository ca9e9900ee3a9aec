"""Pages that cost much: how often, and how many at once, one person may have them made. One table.

Counted in the memory of each process, since what is guarded is the process: its threads, of which one person may not
take more than a few, and its processor. A limit over all processes would have every search write to the database and
wait for its turn there. With two processes one person gets up to twice of what the table says; nobody else waits.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from accounts.exceptions import TooOften
from lianzheng.middleware import refusal
from workflow.services import rates

SOON = 5  # seconds until one of those under way is likely to be done


@dataclass(frozen=True)
class Limit:
    """What it is called, how many times within how many seconds, and how many at the same moment."""

    name: str
    times: int
    seconds: int = 60
    at_once: int = 2


SEARCH = Limit("查询", 90, at_once=4)
EXPORT = Limit("导出和打印", 40, at_once=3)
MAKE = Limit("后台任务", 30, seconds=600)
IMPORT = Limit("上传", 30, seconds=600)
WALK = Limit("核对和查找", 30, seconds=600, at_once=1)  # through a whole chain or the whole journal
READ, SENT = frozenset({"GET", "HEAD"}), frozenset({"POST"})

# Name of the address → methods that cost, and the limit that they share with all others of their kind.
COSTLY: dict[str, tuple[frozenset[str], Limit]] = {
    **dict.fromkeys(
        (
            "ledger", "audit", "powers", "power_gaps", "power_regulations", "regulations", "units", "accounts", "lists",
            "list_html", "public_powers", "public_archive", "cycle_gaps", "register_versions",
        ),
        (READ, SEARCH),
    ),
    **dict.fromkeys(
        (
            "paper_html", "paper_xlsx", "paper_pdf", "list_xlsx", "list_pdf", "ledger_export", "filing_report",
            "filing_pdf", "notice_pdf", "public_notice_pdf", "letter_pdf", "post_plate_pdf", "fonts_specimen",
            "offline_workbook", "offline_marked", "import_marked", "catalogue_marked", "catalogue_template",
        ),
        (READ, EXPORT),
    ),
    **dict.fromkeys(("checkpoints", "redaction", "redaction_add"), (READ | SENT, WALK)),
    **dict.fromkeys(("handbook", "unit_plates", "filing_pack", "job_retry"), (SENT, MAKE)),
    **dict.fromkeys(
        ("import", "import_preview", "import_decide", "catalogue", "catalogue_preview", "offline", "offline_compare"),
        (SENT, IMPORT),
    ),
}  # fmt: skip


class Turns:
    """Who had what when, and what is being made for whom."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._taken: dict[tuple[str, Limit], deque[float]] = defaultdict(deque)
        self._under_way: dict[tuple[str, Limit], int] = defaultdict(int)
        self._swept = now()

    def enter(self, who: str, limit: Limit) -> int:
        """0: go on, and `leave` afterwards. Else the seconds after which it may be tried again."""
        key, now = (who, limit), self._now()
        with self._lock:
            self._sweep(now)
            taken = self._taken[key]
            while taken and taken[0] <= now - limit.seconds:
                taken.popleft()
            if len(taken) >= limit.times:
                return int(taken[0] + limit.seconds - now) + 1
            if self._under_way[key] >= limit.at_once:
                return SOON
            taken.append(now)
            self._under_way[key] += 1
            return 0

    def leave(self, who: str, limit: Limit) -> None:
        with self._lock:
            self._under_way[who, limit] -= 1

    def _sweep(self, now: float) -> None:
        """Once a minute forget those who were not here for as long as their limit looks back."""
        if now - self._swept < 60:
            return
        self._swept = now
        for key in [key for key, taken in self._taken.items() if not taken or taken[-1] <= now - key[1].seconds]:
            del self._taken[key]
        for key in [key for key, count in self._under_way.items() if not count]:
            del self._under_way[key]


class CostlyPages:
    """Answers 429, with the time after which to try again, where one person asks for too much; inside of the refusals.

    Not in tests and drills, which ask as one person for thousands of pages, but in those that are about it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.COSTLY_LIMITS:
            raise MiddlewareNotUsed
        self.get_response, self.turns = get_response, Turns()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if turn := getattr(request, "turn", None):
                self.turns.leave(*turn)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """None lets the request go on."""
        methods, limit = COSTLY.get(request.resolver_match.url_name or "", (frozenset(), None))
        if limit is None or request.method not in methods:
            return None
        user = request.user
        who = str(user.pk) if user.is_authenticated else rates.network(request.META.get("REMOTE_ADDR", ""))
        if seconds := self.turns.enter(who, limit):
            return refusal(request, TooOften(f"您的{limit.name}太频繁，请过{seconds}秒再试。别人不受影响。", seconds))
        request.turn = (who, limit)
        return None
