"""Comments with words that stand nowhere else; everybody walks through every channel before and after they come in."""

import itertools
import logging
import re

from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.roles import Role
from documents.notice_paper import notice_paper
from drills.plumbing.model import Ask, Report
from registers.models import Appointment
from tests.factories import LONG_AGO, grant, make_cycle, make_user
from tests.matrix.addresses import patterns
from tests.workflow.notice_world import at_notice, published, scheme_with
from tests.world import World, make_world
from workflow import recipients
from workflow.models import Comment, Notice, RateHit
from workflow.services import comments

ADDRESS = "203.0.113."
OWN, ABOVE = "纪检组组长", "上级纪委"
RECEIVE = (OWN, ABOVE)
WHO = (
    "规划管理岗", "施工许可岗", "规划股股长", "分管副局长", "主要领导", "办公室甲", "公示员", OWN, ABOVE,
    "系统管理员", "安全管理员", "审计管理员", "外单位办公室", "",
)  # fmt: skip
RANDOM = re.compile(r'value="[\w-]{20,}"|csrf\w*"[^>]*|nonce="[^"]*"|class="request-number">[^<]*')
OF_A_NOTICE = ("notice", "notice_read", "notice_comment", "public_notice", "comment_items")
# A short run walks where notices, comments and events are spoken of; a long one walks everywhere.
SHORT, LONG_FROM = ("home", "done", "notices", "notice_board", "comments", "audit", "public"), 50
FEW = ("规划管理岗", "规划股股长", "办公室甲", OWN, ABOVE, "")
TOLD = 8


def run(ask: Ask) -> Report:
    if ask.fault:
        recipients.readable_comments = lambda user, rows=None: Comment.objects.all() if rows is None else rows
    heard = Heard()
    logging.getLogger().addHandler(heard)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a thousand lines of pages that are not there
    comments.PER_NOTICE = max(comments.PER_NOTICE, ask.count * 2)
    world = make_world("s000", open_registers=False)
    grounds = _notices(world)
    world.people["外单位办公室"] = grant(
        Role.OFFICE, make_world("s000", tag="外", open_registers=False).bureau, make_user("外办")
    )
    everywhere = ask.count >= LONG_FROM
    walkers = {name: _walker(world, name) for name in (WHO if everywhere else FEW)}
    addresses = _addresses(grounds, everywhere)
    half = max(1, ask.count // 2)
    said = dict(_say(grounds, half, 0))
    before = {name: _walk(walker, addresses) for name, walker in walkers.items() if name not in RECEIVE}
    said |= dict(_say(grounds, ask.count - half, half))
    after = {name: _walk(walker, addresses) for name, walker in walkers.items()}
    report = Report(count=len(said), missed=0)
    looks = _judge(said, before, after, report)
    _single_pages(walkers, said, report)
    _places_without_readers(said, grounds, heard, report)
    report.missed = len(report.problems)
    report.facts = {"身份": len(walkers), "看过的页面": looks, "看到或看出的": len(report.problems)}
    report.problems = report.problems[:TOLD]
    return report


class Heard(logging.Handler):
    """Every line that was logged."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def _notices(world: World) -> list[tuple[Notice, str]]:
    """Notices within the bureau and to society, with who receives what is said on them.

    The holder of the third post is the head of the discipline group: what concerns him goes to the body above.
    """
    Appointment.objects.create(post=world.posts["选址审批岗"], user=world.people[OWN], starts_on=LONG_AGO)
    found = []
    places = (("规划管理岗", "bureau", OWN), ("施工许可岗", "society", OWN), ("选址审批岗", "bureau", ABOVE))
    for name, audience, reader in places:
        world.cycle = make_cycle(world.bureau, scheme_with(audience), year=2026)
        found.append((published(world, at_notice(world.cycle, world.posts[name])), reader))
    return found


def _say(grounds: list[tuple[Notice, str]], count: int, first: int):
    """(token, who may read it) of so many comments, in turn over the notices, on the whole and on one register."""
    turns = itertools.cycle(grounds)
    for number in range(first, first + count):
        notice, reader = next(turns)
        token = f"检举{number:05}暗语"
        item = notice.items.get() if number % 2 else None
        RateHit.objects.all().delete()  # time goes by between two
        address = f"{ADDRESS}{number % 250 + 1}"
        comments.add_comment(notice=notice, item=item, text=f"{token}：请核查", contact=f"{token}联系", address=address)
        yield token, reader


def _walker(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    if name:
        client.force_login(world.people[name])
    return client


def _addresses(grounds: list[tuple[Notice, str]], everywhere: bool) -> list[str]:
    """Every page without arguments, and those of the notices and their registers."""
    found = []
    for pattern in patterns():
        if not everywhere and pattern.name not in SHORT:
            continue
        if pattern.name and not pattern.pattern.converters and pattern.name not in ("logout", "audit"):
            try:
                found.append(reverse(pattern.name))
            except NoReverseMatch:
                continue
    found += [reverse("comments") + "?state=done", reverse("notices") + "?page=2", reverse("audit")]
    for notice, _ in grounds:
        item = notice.items.get()
        one = [notice.pk]
        found += [
            reverse(name, args=one)
            for name in ("notice", "notice_read", "notice_comment", "public_notice", "comment_items")
        ]
        found += [reverse("take_out", args=[item.pk]), reverse("notice_read_item", args=[notice.pk, item.pk])]
        found += [reverse(name, args=[item.register_id]) for name in ("register", "register_versions")]
    return list(dict.fromkeys(found))


def _walk(walker: Client, addresses: list[str]) -> dict[str, str]:
    """Address → what it answers, without what changes at every request."""
    seen = {}
    for url in addresses:
        answer = walker.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen[url] = f"{answer.status_code} {RANDOM.sub('', body.decode('utf-8', 'replace'))}"
    return seen


def _judge(said: dict[str, str], before, after, report: Report) -> int:
    """Whether each saw exactly what is his; for whoever receives nothing the pages did not change at all."""
    looks = 0
    for name, pages in after.items():
        mine = {token for token, reader in said.items() if reader == name}
        seen = set(re.findall(r"检举\d{5}暗语", "".join(pages.values())))
        looks += len(pages)
        report.problems += [f"{name or '未登录'}看到了 {token}" for token in sorted(seen - mine)]
        if mine and not seen & mine:
            report.problems.append(f"{name}看不到应由他受理的意见")
        if name in RECEIVE:
            continue
        events = reverse("audit")
        for url, page in pages.items():
            if url == events:
                if "收到公示意见</td>" in page or re.search(r"意见 \d+", page):
                    report.problems.append(f"{name or '未登录'}在 {url} 看得出收到了意见")
            elif page != before[name].get(url):
                report.problems.append(f"{name or '未登录'}从 {url} 的变化看得出来了意见")
    return looks


def _single_pages(walkers: dict[str, Client], said: dict[str, str], report: Report) -> None:
    """The page of each comment: 404 for everybody else, the same as for a number that nobody has."""
    for comment in Comment.objects.order_by("pk")[:12]:
        reader = said[comment.text.split("：")[0]]
        for name, walker in walkers.items():
            status = walker.get(reverse("comment", args=[comment.pk])).status_code
            none = walker.get(reverse("comment", args=[987654321])).status_code
            if (status == 200) != (name == reader) or (name != reader and status != none):
                report.problems.append(f"{name or '未登录'}打开意见 {comment.pk} 得到 {status}")


def _places_without_readers(said: dict[str, str], grounds, heard: Heard, report: Report) -> None:
    """The printed notice, the log lines, and every table: neither a word of a comment nor an address stands there."""
    texts = {f"公文 {notice.pk}": str(notice_paper(notice)) for notice, _ in grounds} | {"日志": "\n".join(heard.lines)}
    for model in apps.get_models():
        rows = model._base_manager.all()
        if model is not Comment:
            texts[model.__name__] = "\n".join(map(str, rows.values_list()))
        elif any(ADDRESS in str(row) for row in rows.values_list()):
            report.problems.append("意见表里有网络地址")
    for place, text in texts.items():
        if "暗语" in text or (ADDRESS in text and place != "Session"):
            report.problems.append(f"{place}里有意见的文字或来处")
