"""The forms of a page with what a browser would send: hidden fields, typed texts, ticked boxes, chosen options."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from accounts.stash import TOKEN


@dataclass
class Form:
    """Where it goes, and its fields in order with the values that the page gives them."""

    action: str
    method: str = "POST"
    multipart: bool = False
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # those with a name
    files: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)  # of selects and radio buttons
    required: set[str] = field(default_factory=set)

    def offers(self) -> dict[str, list[str]]:
        """What may be chosen or pressed: name → values."""
        found = {name: list(values) for name, values in self.choices.items() if values}
        for name, value in self.buttons:
            found.setdefault(name, []).append(value)
        return found

    def value(self, name: str) -> str:
        return next((value for one, value in self.fields if one == name), "")

    def put(self, name: str, value: str) -> None:
        """Type something else into a field, or add it."""
        self.fields = [(one, given) for one, given in self.fields if one != name] + [(name, value)]


def forms_of(page: str, path: str = "") -> list[Form]:
    """All forms of the page; one without an address goes to ``path``, the page's own with its query."""
    reader = _Reader(path)
    reader.feed(page)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""
        self.chosen: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            method, kind = given.get("method", "get").upper(), given.get("enctype", "")
            self.form = Form(given.get("action") or self.path, method, "multipart" in kind)
            self.forms.append(self.form)
            return
        if self.form is None:
            return
        name = given.get("name", "")
        if name and "required" in given:
            self.form.required.add(name)
        if tag == "input" and name and name != TOKEN and "disabled" not in given:
            self._input(name, given)
        elif tag == "select" and name:
            self.select, self.chosen = name, None
            self.form.choices[name] = []
        elif tag == "option" and self.select:
            value = given.get("value", "")
            self.form.choices[self.select].append(value)
            if self.chosen is None or "selected" in given:
                self.chosen = value
        elif tag == "textarea" and name:
            self.area, self.text = name, ""
        elif tag == "button" and name:
            self.form.buttons.append((name, given.get("value", "")))

    def _input(self, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind == "file":
            self.form.files.append(name)
        elif kind in ("checkbox", "radio"):
            self.form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                self.form.fields.append((name, value or "on"))
        elif kind == "submit":
            self.form.buttons.append((name, value))
        else:
            self.form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select" and self.select and self.form:
            if self.chosen is not None:
                self.form.fields.append((self.select, self.chosen))
            self.select = ""
        elif tag == "textarea" and self.area and self.form:
            self.form.fields.append((self.area, self.text.removeprefix("\n")))
            self.area = ""
