"""What must hold of the rating: factors, rules that cover every answer, matrix cells each once, bands in order."""

import itertools
import math

from registers.schemes.checks import keys, known, known_one
from registers.schemes.faults import Faults, listing
from registers.schemes.model import Rule, SchemeSpec

_LARGEST = 20_000  # combinations of answers


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of the rating method."""
    rating = spec.rating
    for name in ("rules", "vetoes"):
        for index, rule in enumerate(getattr(rating, name)):
            _rule(spec, rule, f"rating.{name}[{index}]", faults)
    if rating.method in ("matrix", "criteria") and not rating.rules:
        faults.add("rating.rules", f"评级方法为 {rating.method} 时应写规则。")
    if rating.method in ("direct", "count") and rating.rules:
        faults.add("rating.rules", f"评级方法为 {rating.method} 时不写规则；要写规则请用 matrix 或 criteria。")
    if (rating.method == "count") != bool(rating.count_bands):
        faults.add("rating.count_bands", "只有、而且必须在评级方法为 count 时写分档。")
    if rating.method == "count":
        _bands(spec, faults)
    if not faults.found and rating.method in ("matrix", "criteria"):
        for scope in spec.scopes:
            _covers(spec, scope.key, faults)
    if not faults.found and rating.method == "matrix":
        _cells(spec, faults)


def rules_of(rules: tuple[Rule, ...], scope: str) -> tuple[Rule, ...]:
    """The rules that hold in that scope, in order."""
    return tuple(rule for rule in rules if not rule.scopes or scope in rule.scopes)


def _rule(spec, rule, place, faults):
    ranks = [level.rank for level in spec.levels]
    if rule.rank not in ranks:
        faults.add(f"{place}.rank", f"没有 rank 为 {rule.rank} 的等级；可用：{listing(ranks)}。")
    known(rule.scopes, keys(spec.scopes), f"{place}.scopes", "范围（scopes）", faults)
    factors = {factor.key: factor for factor in spec.factors}
    for key, options in rule.when.items():
        where = f"{place}.when.{key}"
        known_one(key, factors, where, "因素（factors）", faults)
        if key not in factors:
            continue
        factor = factors[key]
        known(options, keys(factor.options), where, f"选项（因素“{key}”）", faults)
        if not options:
            faults.add(where, f"至少要有一个选项；可用：{listing(keys(factor.options))}。")
        if factor.on != spec.rating.rated:
            faults.add(where, f"评的是 {spec.rating.rated}，而因素“{key}”问的是 {factor.on}，二者应一致。")
        if factor.optional:
            faults.add(where, f"因素“{key}”可以不答（optional），不能用在规则里。")
        for scope in rule.scopes:
            if factor.scopes and scope not in factor.scopes:
                faults.add(where, f"因素“{key}”在范围“{scope}”里不问，规则用不上。")


def _bands(spec, faults):
    ranks = [level.rank for level in spec.levels]
    bands = spec.rating.count_bands
    if spec.rating.rated != "subject":
        faults.add("rating.rated", "评级方法为 count 时评的是岗位或科室（subject）。")
    for index, (least, rank) in enumerate(bands):
        if rank not in ranks:
            faults.add(f"rating.count_bands[{index}][1]", f"没有 rank 为 {rank} 的等级；可用：{listing(ranks)}。")
        if index and (least >= bands[index - 1][0] or rank <= bands[index - 1][1]):
            faults.add(f"rating.count_bands[{index}]", "分档应从最重的写起：个数依次减少，rank 依次增大。")
    if bands and bands[-1][0] > 1 and not spec.rating.otherwise:
        faults.add("rating.count_bands", "最后一档应从 1 个起，或在 otherwise 里写明不够一档时怎么办。")


def _covers(spec, scope, faults):
    """Every combination of answers reaches a level, or the scheme says what holds then (``otherwise``)."""
    rules = rules_of(spec.rating.rules, scope)
    if not rules and spec.rating.rated == "subject":
        return  # the subject's level follows its points there
    asked = {factor.key for factor in spec.factors_of(scope, spec.rating.rated)}
    used = [f for f in spec.factors if any(f.key in rule.when for rule in rules)]
    for factor in used:
        if factor.key not in asked:
            faults.add("rating.rules", f"范围“{scope}”的规则用到因素“{factor.key}”，但这一范围不问它。")
    if math.prod(len(factor.options) for factor in used) > _LARGEST:
        faults.add("rating.rules", f"范围“{scope}”的因素组合太多（超过 {_LARGEST} 种），请减少因素或选项。")
    elif not spec.rating.otherwise:
        for answers in itertools.product(*(factor.options for factor in used)):
            chosen = {factor.key: option.key for factor, option in zip(used, answers, strict=True)}
            if not any(fits(rule, chosen) for rule in rules):
                said = "、".join(f"{f.name}＝{o.name}" for f, o in zip(used, answers, strict=True)) or "（没有因素）"
                faults.add("rating.rules", f"范围“{scope}”里“{said}”评不出等级；请补一条规则，或写 otherwise。")
                return


def fits(rule: Rule, answers: dict[str, str]) -> bool:
    """All conditions of the rule are answered and met."""
    return all(answers.get(key) in options for key, options in rule.when.items())


def _cells(spec, faults):
    """A matrix has two factors; each cell is one rule."""
    axes = {tuple(sorted(rule.when)) for rule in spec.rating.rules}
    if len(axes) != 1 or len(next(iter(axes))) != 2:
        faults.add("rating.rules", "矩阵（matrix）的每一条规则都应写同样的两个因素。")
        return
    seen = {}
    for index, rule in enumerate(spec.rating.rules):
        for cell in itertools.product(*(rule.when[key] for key in sorted(rule.when))):
            if cell in seen:
                faults.add(f"rating.rules[{index}].when", f"这一格已在 rating.rules[{seen[cell]}] 写过，每格只写一次。")
            seen.setdefault(cell, index)
