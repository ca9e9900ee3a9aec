"""Inputs of the filling page as plain strings, with the classes of the house (docs/look.md, "Fields").

A filling page shows more than a hundred inputs; Django's widgets each render a template, which alone would cost more
than the page may. Every value is escaped here, and only here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MUST = '<span class="must">必填</span>'


@dataclass(frozen=True)
class Choice:
    """One option. ``text`` is its definition, shown when it is chosen; ``group`` heads several options."""

    value: str
    label: str
    text: str = ""
    group: str = ""


class Choices:
    """Options that many selects of a page share: their HTML is made once."""

    def __init__(self, choices: Iterable[Choice], empty: str = "请选择"):
        self.all = tuple(choices)
        self.empty = empty
        self.values = frozenset(choice.value for choice in self.all)
        self.explained = any(choice.text for choice in self.all)
        self._html: str | None = None

    def html(self, chosen: str, kept: str = "") -> str:
        """The options with one chosen; ``kept`` names it where it is not offered any more."""
        if self._html is None:
            self._html = f'<option value="">{escape(self.empty)}</option>{self._grouped()}'
        if not chosen:
            return self._html
        if chosen not in self.values:  # a closed post or an option of an older scheme: not offered, but not lost
            return f'{self._html}<option value="{escape(chosen)}" selected>{escape(kept or "保持原值")}</option>'
        mark = f'<option value="{escape(chosen)}"'
        return self._html.replace(mark, f"{mark} selected", 1)

    def text(self, chosen: str) -> str:
        """The definition of the chosen option."""
        return next((choice.text for choice in self.all if choice.value == chosen), "")

    def label(self, chosen: str) -> str:
        """The word of the chosen option."""
        return next((choice.label for choice in self.all if choice.value == chosen), "")

    def _grouped(self) -> str:
        parts, group = [], ""
        for choice in self.all:
            if choice.group != group:
                parts.append("</optgroup>" if group else "")
                parts.append(f'<optgroup label="{escape(choice.group)}">' if choice.group else "")
                group = choice.group
            told = f' data-text="{escape(choice.text)}"' if choice.text else ""
            parts.append(f'<option value="{escape(choice.value)}"{told}>{escape(choice.label)}</option>')
        return "".join(parts) + ("</optgroup>" if group else "")


@dataclass(frozen=True)
class Frame:
    """What all inputs of one form share: the prefix of the ids and the errors by field name."""

    prefix: str
    errors: dict[str, str]

    def text(
        self, name: str, label: str, value: str, *, limit: int = 0, must=False, help="", kind="text"
    ) -> SafeString:
        """A one-line input; ``kind`` may be ``date``."""
        most = f' maxlength="{limit}"' if limit else ""
        shown = f'<input type="{kind}" {self._named(name, help)}{most} value="{escape(value)}">'
        return self._field(name, label, shown, must, help)

    def area(self, name: str, label: str, value: str, *, limit: int = 0, must=False, help="", rows=2) -> SafeString:
        """A text of several lines; a leading line break of its own would be lost without the first one here."""
        most = f' data-max="{limit}"' if limit else ""
        shown = f'<textarea {self._named(name, help)} rows="{rows}"{most}>\n{escape(value)}</textarea>'
        return self._field(name, label, shown, must, help)

    def select(
        self, name: str, label: str, choices: Choices, value: str, *, must=False, help="", kept=""
    ) -> SafeString:
        """A select; where options have definitions, the page puts the chosen one's in `says` below."""
        told = f' data-describes="{self.id(name)}-says"' if choices.explained else ""
        shown = f"<select {self._named(name, help)}{told}>{choices.html(value, kept)}</select>"
        return self._field(name, label, shown, must, help)

    def says(self, name: str, choices: Choices, value: str) -> SafeString:
        """The definition of what is chosen in the select of that name; nothing where no option has one."""
        if not choices.explained:
            return mark_safe("")
        opened = "" if value else " open"  # once chosen it is known: one line is enough
        told = f'<p class="says" id="{self.id(name)}-says">{escape(choices.text(value))}</p>'
        return mark_safe(f'<details class="told"{opened}><summary>含义和常见表现</summary>{told}</details>')

    def radios(self, name: str, label: str, choices: Choices, value: str, *, must=False, help="") -> SafeString:
        """A group of radio buttons, each with its own words."""
        items = "".join(
            f'<div><label for="{self.id(name)}-{index}"><input type="radio" name="{escape(name)}" '
            f'id="{self.id(name)}-{index}" value="{escape(choice.value)}"{" checked" * (choice.value == value)}>'
            f"<span>{escape(choice.label)}{_small(choice.text)}</span></label></div>"
            for index, choice in enumerate(choices.all)
        )
        wrong = self._wrong(name)
        legend = f"<legend>{escape(label)}{MUST if must else ''}</legend>"
        css = "field choices has-wrong" if wrong else "field choices"
        return mark_safe(
            f'<fieldset class="{css}">{legend}{self._help(name, help)}<div>{items}</div>{wrong}</fieldset>'
        )

    def check(self, name: str, label: str, checked: bool) -> SafeString:
        """One tick."""
        mark = " checked" * checked
        return mark_safe(
            f'<div class="field check"><label for="{self.id(name)}"><input type="checkbox" name="{escape(name)}" '
            f'id="{self.id(name)}" value="1"{mark}><span>{escape(label)}</span></label></div>'
        )

    def id(self, name: str) -> str:
        return f"{self.prefix}-{escape(name)}"

    def _named(self, name: str, help: str) -> str:
        described = [f"{self.id(name)}-help"] if help else []
        described += [f"{self.id(name)}-wrong"] if name in self.errors else []
        said = f' aria-describedby="{" ".join(described)}"' if described else ""
        invalid = ' aria-invalid="true"' if name in self.errors else ""
        return f'name="{escape(name)}" id="{self.id(name)}"{said}{invalid}'

    def _field(self, name, label, shown, must, help) -> SafeString:
        wrong = self._wrong(name)
        css = "field has-wrong" if wrong else "field"
        head = f'<label for="{self.id(name)}">{escape(label)}{MUST if must else ""}</label>'
        return mark_safe(f'<div class="{css}">{head}{self._help(name, help)}{shown}{wrong}</div>')

    def _help(self, name: str, help: str) -> str:
        return f'<p class="help" id="{self.id(name)}-help">{escape(help)}</p>' if help else ""

    def _wrong(self, name: str) -> str:
        if name not in self.errors:
            return ""
        return f'<ul class="wrong" id="{self.id(name)}-wrong"><li>{escape(self.errors[name])}</li></ul>'


def hidden(name: str, value: str) -> SafeString:
    """An input that nobody sees."""
    return mark_safe(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">')


def _small(text: str) -> str:
    return f"<small> {escape(text)}</small>" if text else ""
