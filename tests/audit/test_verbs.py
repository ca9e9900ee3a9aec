"""Every act that the log can hold has a name in the readers' language."""

import re
from pathlib import Path

from audit.verbs import VERBS
from workflow.enums import Action

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "audit", "documents", "lianzheng", "registers", "workflow")
WRITTEN = re.compile(r'\bverb="([a-z_.]+)"')


def test_every_verb_in_the_source_has_a_name():
    sources = [path.read_text(encoding="utf-8") for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    written = {verb for source in sources for verb in WRITTEN.findall(source)}
    assert written
    assert sorted(written - set(VERBS)) == []


def test_every_action_of_the_road_has_a_name():
    assert sorted({f"register.{action}" for action in Action} - set(VERBS)) == []
