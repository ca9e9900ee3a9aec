"""What must hold of papers and notices: columns of the catalogue, opinion cells, masks, who reads the comments."""

from registers.schemes.checks import actor as check_actor
from registers.schemes.checks import keys, known, known_one, placeholders, unique
from registers.schemes.columns import COLUMNS, HEADS
from registers.schemes.faults import Faults, listing
from registers.schemes.model import SchemeSpec

_DAYS = range(1, 61)


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of forms and notice rules."""
    for key in keys(spec.scopes):
        if key not in [form.scope for form in spec.forms]:
            faults.add("forms", f"范围“{key}”没有表；每个范围至少一张。")
    for index, form in enumerate(spec.forms):
        _form(spec, form, f"forms[{index}]", faults)
    for index, rule in enumerate(spec.notices):
        _notice(rule, f"notices[{index}]", faults)


def _form(spec, form, place, faults):
    known_one(form.scope, keys(spec.scopes), f"{place}.scope", "范围（scopes）", faults)
    if not form.columns:
        faults.add(f"{place}.columns", "至少要有一列。")
    unique([column.key for column in form.columns], f"{place}.columns", "key", faults)
    for index, column in enumerate(form.columns):
        known_one(column.key, COLUMNS, f"{place}.columns[{index}].key", "列", faults)
        if not 2 <= column.width <= 100:
            faults.add(f"{place}.columns[{index}].width", "列宽应在 2 到 100 之间。")
    known(form.head, HEADS, f"{place}.head", "表头栏目", faults)
    used = placeholders(form.title, f"{place}.title", faults)
    for name in sorted((used or set()) - {"bureau"}):
        faults.add(f"{place}.title", f"表名里不能用 {{{name}}}；可用：{{bureau}}。")
    steps = [step.key for route in spec.routes if route.scope == form.scope for step in route.steps]
    for index, cell in enumerate(form.opinions):
        where = f"{place}.opinions[{index}].steps"
        known(cell.steps, steps, where, f"步骤（“{form.scope}”的路线）", faults)
        if not cell.steps:
            faults.add(where, f"意见栏应写明由哪一步的意见填入；可选：{listing(steps)}。")


def _notice(rule, place, faults):
    """A comment may be an accusation: it goes to the discipline group or above, never to the subject's leaders."""
    if not rule.fields:
        faults.add(f"{place}.fields", "应写明公示哪些栏目。")
    known(rule.fields, COLUMNS, f"{place}.fields", "列", faults)
    unique(rule.fields, f"{place}.fields", "", faults)
    for index, key in enumerate(rule.fields):
        if key in COLUMNS and COLUMNS[key].inner:
            faults.add(f"{place}.fields[{index}]", f"“{key}”（{COLUMNS[key].title}）属内部信息，不能公示。")
    if rule.days not in _DAYS:
        faults.add(f"{place}.days", f"公示期应为 {_DAYS[0]} 到 {_DAYS[-1]} 个工作日。")
    check_actor(rule.recipient, f"{place}.recipient", faults)
    if rule.recipient.who != "role" or (rule.recipient.role != "discipline" and rule.recipient.at != "above"):
        faults.add(f"{place}.recipient", "意见可能是举报，只能由纪检机构（discipline）或上级单位（above）受理。")
