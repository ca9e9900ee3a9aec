"""What must be seen when a register has come into force: the ledger, the papers, the notice with exactly its mask."""

import io
import re

from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from registers.enums import RegisterState
from registers.models import Register
from registers.schemes.columns import COLUMNS
from registers.schemes.model import Form, SchemeSpec
from registers.schemes.store import spec_of
from tests.plumbing import pdf
from workflow import seals
from workflow.enums import Action
from workflow.models import Decision

# What every register that was filled in here surely says; a mask that names one of these shows it.
SAID = {"order", "kind", "point", "manifestation", "controls"}
SAID_OF_THE_WHOLE = {"bureau", "tier", "duties", "subject_level", "point_count"}


def bare(text: str) -> str:
    """Words without the white space that a narrow cell puts between them."""
    return re.sub(r"\s+", "", text)


def own_levels(spec: SchemeSpec, scope: str):
    """(what holds, what was only declared): the body gave the gravest level where the road has one that determines."""
    declared = spec.levels[-1]
    determined = any(step.determines for step in spec.route(scope).steps)
    return (spec.levels[0], declared) if determined else (declared, None)


def check_ledger(road, register: Register) -> None:
    """The rows stand in the ledger, with the plan's own word for their level."""
    spec = spec_of(register.scheme)
    holds, _ = own_levels(spec, register.scope)
    road.sit(road.world.people["办公室甲"])
    road.go("ledger")
    road.page.get_by_label("文字").fill(register.subject_name)
    road.press("筛选")
    points = list(register.points.filter(block__removed_at=None))
    assert points
    rows = road.page.locator("table.ledger tbody tr").filter(has=road.page.locator(f"a[href$='/{register.pk}/']"))
    named = [point for point in points if register.subject_name in point.name]
    expect(rows).to_have_count(len(named))
    for row in rows.all():
        assert row.locator("td[data-h=等级]").inner_text().strip() == holds.name
        assert row.locator(f".level-{holds.tone}").count() == 1
        assert register.number in row.inner_text()


def check_papers(road, register: Register) -> None:
    """Every form of the scope leaves as workbook and as PDF, with the rows and with the opinions that stand."""
    spec = spec_of(register.scheme)
    road.go("register", register.pk)
    for form in spec.forms_of(register.scope):
        wanted = [bare(text) for text in rows_of(register, form) + opinions_of(road, register, form)]
        for kind, text_of in (("xlsx", workbook_text), ("pdf", pdf_text)):
            url = reverse(f"paper_{kind}", args=[register.pk, form.key])
            assert road.page.locator(f"a[href='{url}']").count(), f"no link to {form.key} as {kind}"
            answer = road.page.request.get(url)
            assert answer.status == 200, f"{form.key} as {kind}: {answer.status}"
            said = text_of(answer.body())
            for text in wanted:
                assert text in said, f"{form.key} as {kind} does not say {text}:\n{said}"


def rows_of(register: Register, form: Form) -> list[str]:
    """The texts of the register's own rows that the form's columns ask for."""
    keys = {column.key for column in form.columns}
    rows = seals.latest(register).data["rows"]
    points = [point for row in rows for point in row["points"]]
    texts = [form.title.replace("{bureau}", register.bureau.name)]
    texts += [point["name"] for point in points] if "point" in keys else []
    texts += [point["manifestation"] for point in points] if "manifestation" in keys else []
    texts += [control["text"] for row in rows for control in row["controls"]] if "controls" in keys else []
    if keys & {"level", "subject_level"}:
        texts.append(own_levels(spec_of(register.scheme), register.scope)[0].name)
    return texts


def opinions_of(road, register: Register, form: Form) -> list[str]:
    """The opinions that stand at the steps that the form's cells show."""
    steps = [key for cell in form.opinions for key in cell.steps]
    return [text for key in steps for text in road.said[register.pk].get(key, [])]


def workbook_text(data: bytes) -> str:
    sheets = load_workbook(io.BytesIO(data)).worksheets
    return bare("\n".join(str(cell.value or "") for sheet in sheets for row in sheet for cell in row))


def pdf_text(data: bytes) -> str:
    assert data.startswith(b"%PDF")
    return bare(pdf.text_of(data))


def check_notice(road, register: Register) -> None:
    """Whoever the notice is for sees the fields of its mask, and nothing that is inner."""
    spec = spec_of(register.scheme)
    step = next((step for step in spec.route(register.scope).steps if step.kind == "notice"), None)
    if step is None:
        return
    rule = spec.notice(step.notice)
    if rule.audience == "society":
        road.leave()
        road.go("public_notice", road.notices[register.pk][-1])
    else:
        road.sit(road.world.people["施工许可岗"])
        road.go("notice_read", road.notices[register.pk][-1])
    table = road.page.locator(".notice-table")
    heads = table.locator("thead th").all_inner_texts()
    titles = {key: title_of(spec, register.scope, key) for key in rule.fields}
    assert set(heads) <= set(titles.values()), f"{heads} is more than {rule.fields}"
    assert {titles[key] for key in SAID & set(rule.fields)} <= set(heads)
    said = table.inner_text()
    _, declared = own_levels(spec, register.scope)
    for point in register.points.filter(block__removed_at=None):
        assert point.name in said
        assert point.manifestation in said
        row = table.locator("tbody tr").filter(has_text=point.manifestation).first.inner_text()
        assert declared is None or declared.label not in row, "the notice tells what was only declared"
    for text in inner_texts(spec, register, rule.fields):
        assert text not in said, f"the notice tells {text}"
    assert road.page.locator("tbody .level").count() == 0 or {"level", "subject_level"} & set(rule.fields)


def title_of(spec: SchemeSpec, scope: str, key: str) -> str:
    """The plan's own word for a column."""
    for form in spec.forms_of(scope):
        for column in form.columns:
            if column.key == key:
                return column.title
    return COLUMNS[key].title


def inner_texts(spec: SchemeSpec, register: Register, fields) -> list[str]:
    """Where a point was heard from, how its level was answered, and the levels where the mask has none."""
    channels = {option.key: option.name for option in spec.channels}
    used = set(register.points.values_list("channel", flat=True)) - {""}
    texts = [channels[key] for key in used]
    texts += [factor.name for factor in spec.factors]
    texts += [factor.question for factor in spec.factors]
    texts += ["自评", "申报等级", "建议等级"]
    if not {"level", "subject_level"} & set(fields):
        texts += [level.label for level in spec.levels]
    return texts


def check_history(register: Register) -> None:
    """Somebody acted at every step; it came back once with reasons and a limit; what was proposed was taken in."""
    route = spec_of(register.scheme).route(register.scope)
    decisions = Decision.objects.filter(register=register)
    acted = set(decisions.exclude(action=Action.SKIP).values_list("step", flat=True))
    assert {step.key for step in route.steps} == acted
    back = decisions.exclude(to_step="").get()
    assert back.reasons
    assert back.limit_on
    assert back.remarks or back.action == Action.MEETING
    proposals = register.proposals.all()
    assert bool(proposals) == any(step.proposes for step in route.steps)
    assert all(proposal.answered_at and proposal.taken for proposal in proposals)


def check_everything(road, register: Register) -> None:
    """The register is in force under its number, and all that is seen of it is right."""
    assert register.state == RegisterState.IN_FORCE
    assert register.number
    assert register.round > 1, "nobody sent it back"
    check_history(register)
    check_ledger(road, register)
    check_papers(road, register)
    check_notice(road, register)
