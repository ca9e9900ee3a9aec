"""axe-core on a page, with the rules of WCAG 2.2 AA, and a report that a person can read."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}


def described(violation: dict) -> str:
    """One violation: what, how bad, and every place with what would mend it."""
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}  {violation['helpUrl']}"]
    for node in violation["nodes"]:
        lines.append(f"    {' '.join(map(str, node['target']))}")
        lines.append(f"      {' '.join(node['html'].split())[:200]}")
        lines += [f"      - {check['message']}" for check in node["any"] + node["all"] + node["none"]]
    return "\n".join(lines)


def assert_accessible(page: Page) -> None:
    """Fail with a readable list if axe-core finds a violation of WCAG 2.2 AA on the page as it stands."""
    page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("options => axe.run(document, options).then(found => found.violations)", OPTIONS)
    assert not violations, f"{page.url}: {len(violations)} violation(s)\n" + "\n".join(map(described, violations))
