"""How a level is suggested: pure functions of the scheme and the answers. A suggestion never decides anything.

Levels are compared by rank alone (1 = gravest): 一级 is the gravest in one plan and the lightest in another.
"""

from dataclasses import dataclass

from registers.schemes.checks_rating import fits, rules_of
from registers.schemes.model import Factor, Rule, SchemeSpec

_SUBJECT_NAMES = {"post": "岗位", "section": "科室", "bureau": "单位", "leadership": "领导班子"}


@dataclass(frozen=True)
class Suggestion:
    """``rank`` None = nothing can be suggested; ``reason`` (Chinese, shown to the clerk) then says what is open.

    ``open`` holds the keys of the questions still to be answered; ``origin`` is "ours" where our own rule spoke.
    """

    rank: int | None
    reason: str
    method: str
    open: tuple[str, ...] = ()
    origin: str = "plan"


def suggest_point(spec: SchemeSpec, scope: str, factors: dict[str, str], *, count: int | None = None) -> Suggestion:
    """The level of one risk point. ``factors`` maps factor key → option key; ``count`` is the number of points found.

    Where the scheme rates the subject, a point takes the subject's level and nothing is suggested here.
    """
    if spec.rating.rated == "subject":
        reason = f"本方案按{_subject_name(spec, scope)}评定等级，风险点随之，不单独评级。"
        return Suggestion(None, reason, spec.rating.method)
    return _by_method(spec, scope, factors, "point", count)


def suggest_subject(
    spec: SchemeSpec, scope: str, factors: dict[str, str], point_ranks: list[int], point_kinds: list[str]
) -> Suggestion:
    """The level of a post, section or bureau, from its own answers or from the ranks and kinds of its points."""
    rating = spec.rating
    if rating.rated == "point" or not _rated_here(spec, scope):
        return _follow(spec, scope, point_ranks)
    if rating.method == "count":
        vetoed = _first(spec, scope, rules_of(rating.vetoes, scope), factors, "subject")
        return vetoed or _by_count(spec, point_ranks, point_kinds)
    return _by_method(spec, scope, factors, "subject", len(point_ranks))


def _rated_here(spec: SchemeSpec, scope: str) -> bool:
    """Criteria may be written for some scopes only; elsewhere the subject follows its points."""
    return spec.rating.method in ("direct", "count") or bool(rules_of(spec.rating.rules, scope))


def _by_method(spec, scope, factors, on, count) -> Suggestion:
    rating = spec.rating
    vetoed = _first(spec, scope, rules_of(rating.vetoes, scope), factors, on)
    if vetoed is not None:
        return vetoed
    if rating.method == "direct":
        return _direct(spec, scope, factors, on, count)
    found = _first(spec, scope, rules_of(rating.rules, scope), factors, on)
    return found or Suggestion(None, rating.otherwise or "按所答情形，方案没有对应的等级。", rating.method)


def _direct(spec, scope, factors, on, count) -> Suggestion:
    """People choose; the answers stand beside the choice."""
    asked = spec.factors_of(scope, on)
    said = [f"{factor.name}：{_answer(factor, factors)}" for factor in asked if _answer(factor, factors)]
    if spec.rating.shows_count and count is not None:
        said.insert(0, f"查找出的风险点：{count} 个")
    missing = tuple(factor for factor in asked if not factor.optional and not _answer(factor, factors))
    parts = ["本方案由人直接评定等级，系统不作提示。"]
    parts += [f"依据：{'；'.join(said)}。"] if said else []
    parts += [_open_questions(missing)] if missing else []
    return Suggestion(None, "".join(parts), "direct", tuple(factor.key for factor in missing))


def _first(spec, scope, rules: tuple[Rule, ...], factors, on) -> Suggestion | None:
    """The first rule that fits; a rule that might still fit once a question is answered stops the search."""
    asked = {factor.key: factor for factor in spec.factors_of(scope, on)}
    answers = {key: factors[key] for key, factor in asked.items() if _answer(factor, factors)}
    for rule in rules:
        if fits(rule, answers):
            return _suggest(spec, rule, asked, answers)
        missing = [key for key in rule.when if key not in answers]
        refuted = any(answers[key] not in options for key, options in rule.when.items() if key in answers)
        if missing and not refuted:
            reason = _open_questions([asked[key] for key in missing if key in asked])
            return Suggestion(None, reason, spec.rating.method, tuple(missing))
    return None


def _suggest(spec, rule: Rule, asked, answers) -> Suggestion:
    said = "；".join(f"{asked[key].name}：{_answer(asked[key], answers)}" for key in rule.when)
    words = f"方案规定：“{rule.text}”" if rule.origin == "plan" else f"方案未写明，我们所加：{rule.text}"
    reason = f"建议{spec.level(rule.rank).label}。{words}。" + (f"所答：{said}。" if said else "")
    return Suggestion(rule.rank, reason, spec.rating.method, origin=rule.origin)


def _by_count(spec, point_ranks, point_kinds) -> Suggestion:
    """The more risk points (or kinds of risk), the graver."""
    rating = spec.rating
    kinds = rating.count_what == "kinds"
    number = len(set(point_kinds)) if kinds else len(point_ranks)
    what = f"{number} 种风险" if kinds else f"{number} 个风险点"
    for least, rank in rating.count_bands:
        if number >= least:
            reason = f"建议{spec.level(rank).label}。共查找出{what}，达到 {least} {'种' if kinds else '个'}以上。"
            return Suggestion(rank, reason, "count", origin=rating.origin)
    return Suggestion(None, rating.otherwise or f"共查找出{what}，不够分档。", "count")


def _follow(spec, scope, point_ranks) -> Suggestion:
    name = _subject_name(spec, scope)
    if spec.rating.subject_follows == "none":
        return Suggestion(None, f"本方案只评风险点，不评{name}。", spec.rating.method)
    if not point_ranks:
        return Suggestion(None, f"还没有已评级的风险点，{name}的等级无从得出。", spec.rating.method)
    rank = min(point_ranks)
    label = spec.level(rank).label
    reason = f"建议{label}。{name}的等级取最重的一级：{len(point_ranks)} 项中最重的为{spec.level(rank).name}。"
    origin = "ours" if spec.rating.rated == "subject" else spec.rating.origin
    return Suggestion(rank, reason, spec.rating.method, origin=origin)


def _answer(factor: Factor, factors) -> str:
    """Name of the chosen option; "" when open, or when the option is no longer offered."""
    return next((option.name for option in factor.options if option.key == factors.get(factor.key)), "")


def _open_questions(factors) -> str:
    return "尚未回答：" + "；".join(f"{factor.name}（{factor.question}）" for factor in factors) + "。"


def _subject_name(spec, scope) -> str:
    return _SUBJECT_NAMES[spec.scope(scope).subject]
