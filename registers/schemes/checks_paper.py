"""What must hold of papers and notices: columns of the catalogue, opinion cells, masks, who reads the comments."""

from registers.schemes.checks import actor as check_actor
from registers.schemes.checks import keys, known, known_one, placeholders, unique
from registers.schemes.columns import CATALOGUES, COLUMNS, HEAD_CATALOGUES
from registers.schemes.faults import Faults, listing
from registers.schemes.model import ONLY, Form, SchemeSpec

_DAYS = range(1, 61)


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of forms and notice rules."""
    for key in keys(spec.scopes):
        if not spec.forms_of(key):
            faults.add("forms", f"范围“{key}”没有表；每个范围至少一张。")
    for index, form in enumerate(spec.forms):
        check_form(spec, form, f"forms[{index}]", faults)
    for index, rule in enumerate(spec.notices):
        _notice(rule, f"notices[{index}]", faults)


def check_form(spec: SchemeSpec, form: Form, place: str, faults: Faults):
    """One paper, as it stands in a scheme or as a bureau has changed it."""
    _whose(spec, form, place, faults)
    _columns(form, place, faults)
    known(form.head, HEAD_CATALOGUES[form.over], f"{place}.head", "表头栏目", faults)
    unique(form.head, f"{place}.head", "", faults)
    known(tuple(form.head_titles), form.head, f"{place}.head_titles", "表头栏目", faults)
    used = placeholders(form.title, f"{place}.title", faults)
    for name in sorted((used or set()) - {"bureau"}):
        faults.add(f"{place}.title", f"表名里不能用 {{{name}}}；可用：{{bureau}}。")
    for index, cell in enumerate(form.opinions):
        _opinion(spec, form, cell, f"{place}.opinions[{index}]", faults)


def _whose(spec, form, place, faults):
    """A form is printed from registers of one scope, or it is a list."""
    if form.over == "register":
        if not form.scope:
            faults.add(f"{place}.scope", f"应写明哪个范围；可选：{listing(keys(spec.scopes))}。")
        if form.scopes or form.only:
            faults.add(place, "scopes、only 只用于清单（over 不是 register）。")
    elif form.scope:
        faults.add(f"{place}.scope", "清单（over 不是 register）不写 scope。")
    known_one(form.scope, keys(spec.scopes), f"{place}.scope", "范围（scopes）", faults)
    known(form.scopes, keys(spec.scopes), f"{place}.scopes", "范围（scopes）", faults)
    if form.over == "bureau" and not form.scopes:
        faults.add(f"{place}.scopes", f"应写明汇集哪些范围的登记表；可选：{listing(keys(spec.scopes))}。")
    if form.over in ("powers", "procedures") and form.scopes:
        faults.add(f"{place}.scopes", "职权清单和流程图不写 scopes。")
    known(form.only, ONLY[form.over], f"{place}.only", "限定", faults)
    if not form.units:
        faults.add(f"{place}.units", "至少要有一种：bureau、section。")


def _columns(form, place, faults):
    if not form.columns:
        faults.add(f"{place}.columns", "至少要有一列。")
    unique([column.key for column in form.columns], f"{place}.columns", "key", faults)
    for index, column in enumerate(form.columns):
        known_one(column.key, CATALOGUES[form.over], f"{place}.columns[{index}].key", "列", faults)
        if not 2 <= column.width <= 100:
            faults.add(f"{place}.columns[{index}].width", "列宽应在 2 到 100 之间。")


def _opinion(spec, form, cell, place, faults):
    steps = [step.key for route in spec.routes if route.scope == form.scope for step in route.steps]
    if form.over != "register":
        if cell.steps:
            faults.add(f"{place}.steps", "清单没有办理步骤：意见栏留空，打印后签字盖章。")
        return
    known(cell.steps, steps, f"{place}.steps", f"步骤（“{form.scope}”的路线）", faults)
    if not cell.steps:
        faults.add(f"{place}.steps", f"意见栏应写明由哪一步的意见填入；可选：{listing(steps)}。")


def _notice(rule, place, faults):
    """A comment may be an accusation: it goes to the discipline group or above, never to the subject's leaders."""
    if not rule.fields:
        faults.add(f"{place}.fields", "应写明公示哪些栏目。")
    known(rule.fields, COLUMNS, f"{place}.fields", "列", faults)
    unique(rule.fields, f"{place}.fields", "", faults)
    for index, key in enumerate(rule.fields):
        if key in COLUMNS and COLUMNS[key].inner:
            faults.add(f"{place}.fields[{index}]", f"“{key}”（{COLUMNS[key].title}）属内部信息，不能公示。")
        elif key in COLUMNS and COLUMNS[key].bare:
            faults.add(f"{place}.fields[{index}]", f"“{key}”（{COLUMNS[key].title}）在公示里没有内容，请去掉。")
    if rule.days not in _DAYS:
        faults.add(f"{place}.days", f"公示期应为 {_DAYS[0]} 到 {_DAYS[-1]} 个工作日。")
    check_actor(rule.recipient, f"{place}.recipient", faults)
    if rule.recipient.who != "role" or (rule.recipient.role != "discipline" and rule.recipient.at != "above"):
        faults.add(f"{place}.recipient", "意见可能是举报，只能由纪检机构（discipline）或上级单位（above）受理。")
