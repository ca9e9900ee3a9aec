"""The components of the house: `{% load ui %}` in a page template.

Every tag rejects arguments that it does not know (Django's own check on tag signatures). docs/look.md shows each
component with an example. Nothing here decides anything: the page hands over words, tones and URLs.
"""

import datetime
import secrets
from functools import lru_cache

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.templatetags.field_html import render_field
from accounts.templatetags.text_diff import marked
from audit import context, once

register = template.Library()

LEVEL_TONES = ("grave", "middle", "light")
TAG_TONES = ("plain", "accent", "good", "warn", "bad", "seal")
CALLOUT_TONES = ("info", "good", "warn", "bad")
STEP_WORDS = {"past": "已办", "now": "正在办理", "todo": "未到", "skipped": "跳过", "returned": "已退回"}


def _known(value: str, allowed: tuple, tag: str) -> str:
    if value not in allowed:
        raise template.TemplateSyntaxError(f"{tag}: unknown tone {value!r}, use one of {', '.join(allowed)}")
    return value


# Forms ----------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def csrf_token(context) -> SafeString:
    """In place of Django's tag of that name, so that no form is without it: its token, and the word that makes this
    form one form, however often it is sent (`audit.once`)."""
    word = format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, secrets.token_urlsafe(16))
    return mark_safe(CsrfTokenNode().render(context) + word)


# Words and dates ------------------------------------------------------------------------------------------------------


def _local(value):
    return timezone.localtime(value) if isinstance(value, datetime.datetime) and timezone.is_aware(value) else value


@lru_cache(maxsize=8)
def _day_at(quarter: datetime.datetime) -> datetime.date:
    return timezone.localdate(quarter)


def _today() -> datetime.date:
    """Today here; a list asks for it with every date, so that it is worked out once in a quarter of an hour."""
    now = timezone.now()
    return _day_at(now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0))


@register.filter
def day(value) -> str:
    """A date as 2月10日; with the year when it is not this year's; a text stays as it is; empty for nothing."""
    if not value or isinstance(value, str):
        return value or ""
    value = _local(value)
    year = "" if value.year == _today().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日"


@register.filter
def full_day(value) -> str:
    """A date as 2012年2月10日, for papers and notices; empty for nothing."""
    value = _local(value)
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def moment(value) -> str:
    """A date and time as 2月9日 16:20; a date without time as a date."""
    return f"{day(value)} {_local(value):%H:%M}" if isinstance(value, datetime.datetime) else day(value)


@register.filter
def digest(value: str) -> str:
    """The head of a seal's digest in two groups of four, as it is read out: 7f3a 9c02."""
    return f"{value[:4]} {value[4:8]}" if value else ""


@register.simple_tag
def request_number() -> str:
    """The number under which the log knows this request."""
    return context.request_number.get()


@register.simple_tag
def level(name: str, tone: str = "") -> SafeString:
    """A level badge. The colour never comes without the word; an unknown tone gives a grey badge."""
    css = f"level level-{tone}" if tone in LEVEL_TONES else "level"
    return format_html('<span class="{}">{}</span>', css, name) if name else mark_safe("—")


@register.simple_tag
def level_counts(counts, compiled: int = 0, zero: bool = False) -> SafeString:
    """How many points of each level ({name, tone, n}), and how many registers are compiled; a word for nothing."""
    parts = [
        format_html('<span class="nowrap">{} {}</span>', level(count.name, count.tone), count.n) for count in counts
    ]
    if compiled:
        parts.append(format_html("{}汇总 {} 张", "· " if parts else "", compiled))
    nothing = "已申明没有风险点" if zero else "尚无风险点"
    return mark_safe(" ".join(parts)) if parts else format_html('<span class="quiet">{}</span>', nothing)


@register.simple_tag
def nav_list(groups, place: str) -> SafeString:
    """The groups of the main navigation; `place` keeps the ids of its two copies apart. Written plainly for speed."""
    found = []
    for number, group in enumerate(groups, 1):
        items = format_html_join("", '<li><a href="{}"{}><span>{}</span>{}</a></li>', map(_nav_item, group["items"]))
        head = format_html('<p class="nav-title" id="{}-{}">{}</p>', place, number, group["title"])
        found.append(head + format_html('<ul class="nav-list" aria-labelledby="{}-{}">{}</ul>', place, number, items))
    return mark_safe("".join(found))


def _nav_item(item: dict) -> tuple:
    current = mark_safe(' aria-current="page"') if item["current"] else ""
    pill = format_html('<span class="pill">{}</span>', item["count"]) if item["count"] else ""
    return item["url"], current, item["label"], pill


@register.simple_tag
def tag(text: str, tone: str = "plain") -> SafeString:
    """A status word in a small frame; tone `seal` only for what is official."""
    return format_html('<span class="tag tag-{}">{}</span>', _known(tone, TAG_TONES, "tag"), text)


@register.simple_tag
def due(value: datetime.date | None, done: bool = False, today: datetime.date | None = None) -> SafeString:
    """A due date: 逾期 before a late one, 今天 before today's, plain when `done`; a dash when there is none."""
    if not value:
        return mark_safe('<span class="quiet">—</span>')
    date = _local(value).date() if isinstance(value, datetime.datetime) else value
    today = today or _today()
    css, word = "due", ""
    if not done and date < today:
        css, word = "due due-late", "逾期 "
    elif not done and date == today:
        css, word = "due due-today", "今天 "
    return format_html('<time class="{}" datetime="{}">{}{}</time>', css, date.isoformat(), word, day(date))


# Lists and charts -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/track.html")
def track(steps, label: str = "办理进度") -> dict:
    """The track chart. Steps: {name, state: past|now|todo|skipped|returned, note}."""
    return {"steps": steps, "label": label, "words": STEP_WORDS}


@register.filter
def step_word(state: str) -> str:
    """The state of a step for those who hear the page."""
    return STEP_WORDS.get(state, "")


@register.inclusion_tag("components/timeline.html")
def timeline(entries) -> dict:
    """Decisions in order. Entries: {title, who, when, said, tone: ok|back|now|plain, digest, changed, round, note}."""
    return {"entries": entries}


@register.inclusion_tag("components/facts.html")
def facts(pairs) -> dict:
    """A list of (term, value); an empty value is shown as a dash."""
    return {"pairs": pairs}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict:
    """What stands where a list has no rows, with the act that would fill it."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("components/tabs.html")
def tabs(items, label: str = "分页签") -> dict:
    """Links to sister pages. Items: {label, url, count, current}."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts) -> dict:
    """`{% breadcrumb "规划股" url1 "规划管理岗" url2 "登记表" %}`: pairs of word and URL; the last may lack one.

    One argument alone may be a list of (word, url).
    """
    if len(parts) == 1 and not isinstance(parts[0], str):
        return {"items": list(parts[0])}
    pairs = [*parts, ""] if len(parts) % 2 else parts
    return {"items": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, name: str = "page") -> dict:
    """Page links for a paginator's page; the rest of the query string stays."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "numbers": list(numbers), "name": name, "rest": query.urlencode(), "gap": paginator.ELLIPSIS}


@register.inclusion_tag("components/diff.html")
def diff(changes, old_label: str = "原来", new_label: str = "现在") -> dict:
    """Side by side, old and new. Changes: {field, old, new}; equal rows are printed unmarked."""
    rows = []
    for change in changes:
        get = change.get if isinstance(change, dict) else lambda key, item=change: getattr(item, key)
        old, new = (str(value) if (value := get(side)) not in (None, "") else "" for side in ("old", "new"))
        rows.append((get("field"), *((old, new) if old == new else marked(old, new))))
    return {"rows": rows, "old_label": old_label, "new_label": new_label}


# Blocks ---------------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def page_head(content, title: str, lead: str = "") -> SafeString:
    """The h1 of a page with a line below; the block's content stands at the right (buttons)."""
    return render_to_string("components/page_head.html", {"content": content, "title": title, "lead": lead})


@register.simple_block_tag
def card(content, title: str = "", flush: bool = False, id: str = "", url: str = "", label: str = "") -> SafeString:
    """A panel. `flush` for a table that reaches the edges; `url` and `label` give a link beside the title."""
    context = {"content": content, "title": title, "flush": flush, "id": id, "url": url, "label": label}
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def callout(content, tone: str = "info", title: str = "") -> SafeString:
    """A box for what must be read before anything else: what was sent back, what is missing."""
    head = format_html('<p class="callout-title">{}</p>', title) if title else ""
    css = f"callout callout-{_known(tone, CALLOUT_TONES, 'callout')}"
    return format_html('<div class="{}">{}{}</div>', css, head, content)


@register.simple_block_tag(takes_context=True)
def filters(context, content, label: str = "筛选", submit: str = "筛选") -> SafeString:
    """A GET form around filter fields, with a button that clears them when any is set."""
    request = context["request"]
    inner = {"content": content, "label": label, "submit": submit, "path": request.path}
    inner["set"] = any(request.GET.values())
    return render_to_string("components/filters.html", inner)


@register.simple_block_tag(takes_context=True)
def confirm(context, content, submit: str, cancel: str = "", danger: bool = False, next=(), upload=False) -> SafeString:
    """The POST form of a decision page: fields in the block, what will happen (`next`), one button, one way back."""
    inner = {"content": content, "submit": submit, "cancel": cancel, "danger": danger, "next": next, "upload": upload}
    return render_to_string("components/confirm.html", inner | {"csrf_token": context.get("csrf_token")})


# Actions --------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/action_bar.html", takes_context=True)
def action_bar(context, actions, state: bool = False) -> dict:
    """The bar of acts at the foot of a page, refused ones with their reason in words.

    Actions: {label, url, post, main, danger, refused, name, value}; a `post` action is a small form of its own.
    `state` adds the line in which autosave reports.
    """
    return {"actions": actions, "state": state, "csrf_token": context.get("csrf_token")}


# Forms ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound, label: str = "", help: str = "", count: bool = False, long: bool = False) -> SafeString:
    """One form field with label, help and errors. `count` counts characters, `long` puts each choice on a line."""
    return render_field(bound, label=label, help_text=help, count=count, long=long)


@register.inclusion_tag("components/form_errors.html")
def form_errors(form) -> dict:
    """The box above a form with what is wrong, each line a link to its field; nothing when nothing is wrong."""
    lines = [("", error) for error in form.non_field_errors()]
    lines += [
        (bound.id_for_label or bound.auto_id, f"{bound.label}：{bound.errors[0]}") for bound in form if bound.errors
    ]
    return {"lines": lines}
