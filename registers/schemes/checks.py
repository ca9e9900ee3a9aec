"""What must hold between the parts of a scheme: unique keys, levels, scopes, dates, number patterns."""

import string

from registers.schemes.faults import Faults, listing
from registers.schemes.model import SchemeSpec
from registers.schemes.reader import TONES

_KEYED = (
    "kinds",
    "classes",
    "factors",
    "channels",
    "scopes",
    "forms",
    "notices",
    "return_reasons",
    "stages",
    "deliverables",
    "control_kinds",
    "power_kinds",
    "areas",
    "marks",
)
_OWN_SUBJECT_ORDER = {"post": 0, "section": 1, "leadership": 1, "bureau": 2}


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of the scheme's frame."""
    _unique_keys(spec, faults)
    _levels(spec, faults)
    _references(spec, faults)
    for index, scope in enumerate(spec.scopes):
        _scope(spec, scope, f"scopes[{index}]", faults)
    _cycle(spec, faults)
    _dates(spec, faults)
    _patterns(spec, faults)


def known(values, allowed, place, what, faults: Faults):
    """Adds a fault for every value that is not among the allowed ones; ``what`` names the thing in Chinese."""
    for index, value in enumerate(values):
        if value not in allowed:
            faults.add(f"{place}[{index}]", f"没有叫“{value}”的{what}；可用：{listing(allowed)}。")


def known_one(value, allowed, place, what, faults: Faults):
    """The same for a single value; an empty one is no reference."""
    if value and value not in allowed:
        faults.add(place, f"没有叫“{value}”的{what}；可用：{listing(allowed)}。")


def unique(values, place, name, faults: Faults):
    """``values`` are the values of field ``name`` of a list's items (or, without a name, the items), in order."""
    seen = {}
    for index, value in enumerate(values):
        if value in seen:
            faults.add(
                f"{place}[{index}]{name and '.' + name}", f"“{value}”与 {place}[{seen[value]}] 重复，每个只能用一次。"
            )
        seen.setdefault(value, index)


def keys(things) -> list[str]:
    return [thing.key for thing in things]


def _unique_keys(spec, faults):
    for name in _KEYED:
        unique(keys(getattr(spec, name)), name, "key", faults)
    for index, factor in enumerate(spec.factors):
        unique(keys(factor.options), f"factors[{index}].options", "key", faults)
        if len(factor.options) < 2:
            faults.add(f"factors[{index}].options", "一个因素至少要有两个选项。")
    for name in ("scopes", "kinds", "channels", "return_reasons", "stages"):
        if not getattr(spec, name):
            faults.add(name, "至少要有一项。")


def _levels(spec, faults):
    """Rank 1 is the gravest whatever its name: 一级 in one plan, 三级 in another."""
    ranks = [level.rank for level in spec.levels]
    if len(ranks) < 2 or ranks != list(range(1, len(ranks) + 1)):
        wanted = listing(range(1, max(len(ranks), 2) + 1))
        faults.add("levels", f"rank 应从最重的 1 起依次为 {wanted}，现为 {listing(ranks)}。")
    unique([level.name for level in spec.levels], "levels", "name", faults)
    for index in range(1, len(spec.levels)):
        before, after = spec.levels[index - 1].tone, spec.levels[index].tone
        if TONES.index(after) < TONES.index(before):
            faults.add(
                f"levels[{index}].tone",
                f"色调“{after}”比上一个更重的等级“{before}”还重；由重到轻为 {listing(TONES)}。",
            )


def _references(spec, faults):
    scopes = keys(spec.scopes)
    for name in ("kinds", "classes", "factors", "questions", "deliverables"):
        for index, thing in enumerate(getattr(spec, name)):
            known(thing.scopes, scopes, f"{name}[{index}].scopes", "范围（scopes）", faults)
    for index, deliverable in enumerate(spec.deliverables):
        known_one(deliverable.stage, keys(spec.stages), f"deliverables[{index}].stage", "阶段（stages）", faults)
    if spec.classes and not spec.classes_name:
        faults.add("classes_name", "有业务分类（classes）时应写明这一分类的名称。")


def _scope(spec, scope, place, faults):
    who = scope.filler.who
    if who not in ("filler", "head", "in_charge", "role"):
        faults.add(f"{place}.filler", f"“{who}”不能作填报人；可选：filler、head、in_charge、role。")
    elif who == "filler" and scope.subject != "post":
        faults.add(f"{place}.filler", "只有岗位登记表由在岗人员（filler）填报；此处应写 head、in_charge 或某一 role。")
    actor(scope.filler, f"{place}.filler", faults)
    if scope.subject != "post" and (scope.tiers or scope.priority_only):
        faults.add(f"{place}.tiers", "只有岗位（subject 为 post）可以限定层级或重点岗位。")
    if not spec.kinds_of(scope.key):
        faults.add(place, "这一范围没有任何风险类别可选；请检查 kinds 的 scopes。")
    known(scope.compiles, keys(spec.scopes), f"{place}.compiles", "范围（scopes）", faults)
    _compiles(spec, scope, place, faults)


def _compiles(spec, scope, place, faults):
    if scope.compiles_after and not scope.compiles:
        faults.add(f"{place}.compiles_after", "没有写 compiles，就不能写 compiles_after。")
    for index, key in enumerate(scope.compiles):
        children = [child for child in spec.scopes if child.key == key]
        if children and _OWN_SUBJECT_ORDER[children[0].subject] >= _OWN_SUBJECT_ORDER[scope.subject]:
            faults.add(f"{place}.compiles[{index}]", f"只能汇总下一级的登记表；“{key}”不在“{scope.key}”之下。")
        for route in spec.routes:
            if route.scope == key:
                steps = [step.key for step in route.steps]
                known_one(scope.compiles_after, steps, f"{place}.compiles_after", f"步骤（“{key}”的路线）", faults)
    if scope.compiles and not scope.compiles_after:
        faults.add(f"{place}.compiles_after", "应写明下级登记表办过哪一步之后才能汇总。")


def actor(who, place, faults: Faults):
    """A role is named exactly where the actor is a role; only roles can sit in the body above."""
    if who.who == "role" and not who.role:
        faults.add(
            f"{place}.role",
            "who 为 role 时应写明角色；可选：office、leading_group、discipline、party_group、leader、publisher。",
        )
    if who.who != "role" and who.role:
        faults.add(f"{place}.role", f"who 为“{who.who}”时不能再写角色；写角色时 who 应为 role。")
    if who.who != "role" and who.at != "bureau":
        faults.add(f"{place}.at", "只有角色（who 为 role）可以在上级单位（above）。")


def _cycle(spec, faults):
    compiles = {scope.key: scope.compiles for scope in spec.scopes}
    for index, scope in enumerate(spec.scopes):
        seen, waiting = set(), list(scope.compiles)
        while waiting:
            key = waiting.pop()
            if key == scope.key:
                faults.add(f"scopes[{index}].compiles", f"汇总成了环：“{key}”间接汇总了自己。")
                break
            if key not in seen:
                seen.add(key)
                waiting.extend(compiles.get(key, ()))


def _dates(spec, faults):
    """A deadline may lie in the past and inside a longer stage; a stage only may not end before it starts."""
    for index, stage in enumerate(spec.stages):
        if (stage.ends[1], stage.ends[0]) < (stage.starts[1], stage.starts[0]):
            faults.add(f"stages[{index}].ends", "结束日期早于开始日期；跨年时请在第二项写距起始年的年数。")
    if not 1990 <= spec.year <= 2100:
        faults.add("year", "应为方案日期的起始年份，1990 到 2100 之间。")
    if spec.version < 1:
        faults.add("version", "版次从 1 起。")


def _patterns(spec, faults):
    for name in ("number_pattern", "notice_pattern", "filing_pattern"):
        used = placeholders(getattr(spec, name), name, faults)
        for wanted in ("year", "n"):
            if used is not None and wanted not in used:
                faults.add(name, f"编号格式里应有 {{{wanted}}}；如：廉防〔{{year}}〕{{n}}号。")
        for other in sorted((used or set()) - {"prefix", "year", "n"}):
            faults.add(name, f"编号格式里不能用 {{{other}}}；可用：{{prefix}}、{{year}}、{{n}}。")


def placeholders(text, place, faults: Faults) -> set[str] | None:
    """Names between braces; None (and a fault) when the braces do not match."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        faults.add(place, "花括号不成对。")
        return None
    return {name for _, name, _, _ in parts if name is not None}
