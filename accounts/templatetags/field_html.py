"""The HTML of one form field. Plain strings, not a template: a filling page shows more than a hundred of them."""

from django.forms import BoundField
from django.forms.widgets import CheckboxInput, FileInput
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

CHECK = '<div class="field check{css}"><label for="{target}">{input}<span>{label}</span></label>{help}{wrong}</div>'
CHOICES = (
    '<fieldset class="field choices{css}"{described}><legend>{label}{must}</legend>{help}{input}{wrong}</fieldset>'
)
PLAIN = '<div class="field{css}"><label for="{target}">{label}{must}</label>{help}{input}{wrong}</div>'
MUST = mark_safe('<span class="must">必填</span>')


def render_field(bound: BoundField, *, label: str = "", help_text: str = "", count=False, long=False) -> SafeString:
    """Label, mark, help, input and errors; ids are those Django refers to in aria-describedby of the input."""
    if bound.is_hidden:
        return conditional_escape(bound)
    bound.help_text = help_text or bound.help_text
    widget = bound.field.widget
    css = (" has-wrong" if bound.errors else "") + (" choices-long" if long else "")
    css += " upload" if isinstance(widget, FileInput) else ""
    parts = {
        "target": bound.id_for_label,
        "label": label or bound.label,
        "must": MUST if bound.field.required else "",
        "help": _help(bound),
        "input": bound.as_widget(attrs=_attrs(bound, count)),
        "wrong": _errors(bound),
        "described": _described(bound),
        "css": css,
    }
    if isinstance(widget, CheckboxInput):
        return format_html(CHECK, **parts)
    return format_html(CHOICES if widget.use_fieldset else PLAIN, **parts)


def _attrs(bound, count) -> dict:
    limit = getattr(bound.field, "max_length", None)
    return {"data-max": limit} if count and limit else {}


def _help(bound) -> SafeString | str:
    if not bound.help_text:
        return ""
    return format_html('<p class="help" id="{}_helptext">{}</p>', bound.auto_id, bound.help_text)


def _errors(bound) -> SafeString | str:
    if not bound.errors:
        return ""
    items = format_html_join("", "<li>{}</li>", ((error,) for error in bound.errors))
    return format_html('<ul class="wrong" id="{}_error">{}</ul>', bound.auto_id, items)


def _described(bound) -> SafeString | str:
    ids = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    return format_html(' aria-describedby="{}"', " ".join(ids)) if ids else ""
