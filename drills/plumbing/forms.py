"""The forms of a page, as a browser would send them untouched."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

SENT = {"input", "select", "textarea", "button"}


@dataclass
class Form:
    """Where it goes, and its fields in order with the values that the page gives them."""

    action: str
    method: str
    multipart: bool
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.stray = path, [], {}
        self.form: Form | None = None
        self.select = self.area = ""
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        got = {key: value or "" for key, value in attrs}
        if tag == "form":
            action = got.get("action") or self.path
            multipart = "multipart" in got.get("enctype", "")
            self.form = Form(action, got.get("method", "get").upper(), multipart)
            self.forms.append(self.form)
        elif tag == "option" and self.select and self.form:
            self.form.choices.setdefault(self.select, []).append(got.get("value", ""))
            if "selected" in got:
                self.form.fields.append((self.select, got.get("value", "")))
        elif tag in SENT and self.form is not None and got.get("name"):
            self._field(tag, got)

    def _field(self, tag: str, got: dict[str, str]) -> None:
        name, kind = got["name"], got.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.text = name, []
        elif kind == "file":
            self.form.files.append(name)
        elif kind in ("checkbox", "radio"):
            self.form.choices.setdefault(name, []).append(got.get("value", "on"))
            if "checked" in got:
                self.form.fields.append((name, got.get("value", "on")))
        elif tag == "button" or kind == "submit":
            self.form.choices.setdefault(name, []).append(got.get("value", ""))
        else:
            self.form.fields.append((name, got.get("value", "")))

    def handle_data(self, data):
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.form and self.area:
            self.form.fields.append((self.area, "".join(self.text)))
            self.area = ""


def forms_of(html: str, path: str) -> list[Form]:
    """All forms of a page; an action without an address is the page's own."""
    reader = _Reader(urlsplit(path).path)
    reader.feed(html)
    return reader.forms
