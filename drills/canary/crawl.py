"""One person's walk: from the first page along every link, into every search box and every file; which words he saw."""

import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Set
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve
from pypdf import PdfReader

from drills.canary.world import TOKEN
from drills.plumbing.forms import forms_of
from drills.plumbing.site import Got, Site

LEFT_OUT = {"logout"}
PDFS = 1  # of one address: each costs as much as a hundred pages
VIEWS = 3  # of one page with different filters, besides its further pages
WORD = "Zq"


@dataclass
class Walk:
    """What one person saw: word → where first."""

    site: Site
    session: str
    most: int
    given: Set[str]  # the words that there are: among so many random tokens one looks like them now and then
    seen: dict[str, str] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    boxes: dict[str, set[str]] = field(default_factory=dict)  # page → names of its fields for free text
    names: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def go(self, start: list[str]) -> None:
        queue = deque(start)
        while queue and len(self.visited) < self.most:
            path = queue.popleft()
            if path in self.visited or not self._wanted(path):
                continue
            self.visited.add(path)
            for link in self.look(path):
                if link not in self.visited:
                    queue.append(link)

    def look(self, path: str) -> list[str]:
        """Take in one answer; where it leads."""
        got = self.site.ask("GET", path, self.session)
        if got.fault:
            self.faults.append(f"{path}：{got.fault}")
        for word in self.given.intersection(TOKEN.findall(text_of(got))):
            self.seen.setdefault(word, path)
        if there := got.response.headers.get("Location", ""):
            return [there]
        if "html" not in got.response.headers.get("Content-Type", ""):
            return []
        self._boxes(got.text, path)
        return [*links_of(got.text, path), *self._searches(path)]

    def _boxes(self, page: str, path: str) -> None:
        for form in forms_of(page, path):
            if form.method == "GET":
                names = {name for name, _ in form.fields if name not in form.choices and not name.endswith("on")}
                self.boxes.setdefault(urlsplit(form.action).path, set()).update(names - {"page", "day"})

    def _searches(self, path: str) -> list[str]:
        place = urlsplit(path).path
        return [f"{place}?{urlencode({name: WORD})}" for name in sorted(self.boxes.get(place, ()))]

    def _wanted(self, path: str) -> bool:
        parts = urlsplit(path)
        try:
            name = resolve(parts.path).url_name
        except Resolver404:
            return False
        if name in LEFT_OUT:
            return False
        pdf = "pdf" in name or "plate_pdf" in name or name == "fonts_specimen"
        turned = parts.query and "page=" not in parts.query and WORD not in parts.query
        key, most = (name, PDFS) if pdf else (parts.path + "?", VIEWS) if turned else ("", 0)
        if key:
            self.names[key] += 1
        return not key or self.names[key] <= most

    def asks_without_answer(self, unseen: list[str]) -> list[str]:
        """Search boxes that answer otherwise to a word of what he may not see than to a word that is nowhere."""
        found = []
        for place, names in self.boxes.items():
            for name in names:
                bare = self._asked(place, name, "Zqzzzzzz")
                found += [f"{place}?{name}={one}" for one in unseen if self._asked(place, name, one) != bare]
        return found

    def _asked(self, place: str, name: str, word: str) -> str:
        page = self.site.ask("GET", f"{place}?{urlencode({name: word})}", self.session).text
        return CHANGING.sub("", page.replace(word, ""))


CHANGING = re.compile(r'(?:csrfmiddlewaretoken|key|once)" value="[^"]*"|nonce="[^"]*"|class="request-number">[^<]*')


def links_of(page: str, path: str) -> list[str]:
    """Where a page leads within the site; the parts of a question in one order."""
    found = _Links(path)
    found.feed(page)
    return found.links


class _Links(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.links = path, []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        link = given.get("href") if tag in ("a", "area") else given.get("src") if tag in ("img", "iframe") else None
        if not link or link.startswith(("#", "mailto:", "tel:", "data:", "/static/")):
            return
        parts = urlsplit(urljoin(self.path, link))
        if parts.netloc:
            return
        query = urlencode(sorted(parse_qsl(parts.query)))
        self.links.append(parts.path + (f"?{query}" if query else ""))


def text_of(got: Got) -> str:
    """All text of an answer: its headers with the names of files, a page as it is, the insides of books and papers."""
    heads = unquote(" ".join(got.response.headers.values()))
    if got.body[:4] == b"PK\x03\x04":
        return heads + " ".join(_book(got.body))
    if got.body[:5] == b"%PDF-":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(got.body)).pages)
        return heads + re.sub(r"\s", "", text)
    return heads + got.text


def _book(body: bytes) -> list[str]:
    """The parts of a workbook, or of the files in a pack."""
    found = []
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        for name in packed.namelist():
            part = packed.read(name)
            found += [name, *(_book(part) if part[:4] == b"PK\x03\x04" else [part.decode("utf-8", "replace")])]
    return found
