"""Two texts, the changed characters marked. Chinese has no word gaps, so characters are compared."""

from difflib import SequenceMatcher

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

LIMIT = 4000  # the comparison is quadratic
LIKENESS = 0.35  # below this, marks on single characters are noise
NOTHING = mark_safe('<span class="quiet">（无）</span>')


def marked(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Old and new text with the changed characters marked; whole texts when they are very long or share little."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or len(old) + len(new) > LIMIT or matcher.ratio() < LIKENESS:
        left = format_html("<del>{}</del>", old) if old else NOTHING
        right = format_html("<ins>{}</ins>", new) if new else NOTHING
        return left, right
    left, right = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        left.append(("{}" if kind == "equal" else "<del>{}</del>", old[a:b]))
        right.append(("{}" if kind == "equal" else "<ins>{}</ins>", new[c:d]))
    return tuple(mark_safe("".join(format_html(f, t) for f, t in side if t)) for side in (left, right))
