"""A scheme in the words of a clerk: plain values for the page that explains it. Nothing is decided here."""

from dataclasses import dataclass

from accounts.roles import Role
from registers.enums import Tier
from registers.schemes.columns import COLUMNS
from registers.schemes.model import Rule, SchemeSpec, Scope
from registers.schemes.plates import plate_of
from registers.schemes.road import Actor, Step

SUBJECTS = {"post": "每个岗位一张", "section": "每个科室一张", "bureau": "全单位一张", "leadership": "领导班子一张"}
STEP_KINDS = {
    "fill": "填报",
    "opinions": "提意见",
    "exchange": "交叉互查",
    "review": "审核",
    "countersign": "会签",
    "meeting": "会议研究",
    "audit": "纪检审核",
    "superior": "上级办理",
    "notice": "公示",
    "issue": "印发",
}
ACTORS = {
    "filler": "填报人本人",
    "peers": "同一机构的同事",
    "head": "本机构负责人",
    "in_charge": "分管领导",
    "members": "本机构全体人员",
    "pair": "互查对象（由办公室确定）",
}
PARTS = {"points": "风险点", "levels": "等级", "controls": "防控措施"}
VACANT = {
    "up": "无人可办时由上一层的领导办",
    "office": "无人可办时由领导小组办公室决定",
    "skip": "无人可办时跳过",
    "wait": "无人可办时等待，直到有人任职",
}
METHODS = {
    "direct": "由填报人对照各等级的含义直接选定。",
    "matrix": "按各项因素的组合对照下表提示等级。",
    "criteria": "自上而下逐条对照，符合哪一条就提示哪一级。",
    "count": "按风险点的数量提示等级。",
}
AUDIENCES = {
    "section": "本科室人员",
    "bureau": "本单位人员",
    "intranet": "内部网（已登录或在内部网络的人员）",
    "society": "社会公众（不用登录）",
}


def direction(spec: SchemeSpec) -> str:
    """Which local name is the gravest: names alone do not tell (一级 is the gravest here, the lightest there)."""
    names = [level.name for level in sorted(spec.levels, key=lambda level: level.rank)]
    return f"{names[0]}最重，{names[-1]}最轻；由重到轻依次为{'、'.join(names)}。"


def actor(who: Actor) -> str:
    """Who acts, as people say it."""
    if who.who != "role":
        return ACTORS[who.who]
    return ("上级机关的" if who.at == "above" else "") + Role(who.role).label


def day(spec: SchemeSpec, value: tuple[str, int]) -> str:
    """A month-day of the scheme with the year that the plan meant: 2012年2月15日."""
    month, number = value[0].split("-")
    return f"{spec.year + value[1]}年{int(month)}月{int(number)}日"


@dataclass(frozen=True)
class RuleRow:
    """One rule as a line of the table."""

    condition: str
    level: object
    text: str
    ours: bool


def rules(spec: SchemeSpec, rows: tuple[Rule, ...], scope: str) -> list[RuleRow]:
    """The rules that hold in a scope, in their order."""
    return [
        RuleRow(_condition(spec, rule), spec.level(rule.rank), rule.text, rule.origin == "ours")
        for rule in rows
        if not rule.scopes or scope in rule.scopes
    ]


def _condition(spec: SchemeSpec, rule: Rule) -> str:
    if not rule.when:
        return "其他情形"
    factors = {factor.key: factor for factor in spec.factors}
    said = []
    for key, accepted in rule.when.items():
        names = {option.key: option.name for option in factors[key].options}
        words = [names[option] for option in accepted]
        said.append(f"{factors[key].name}：{'、'.join(words)}{'之一' if len(words) > 1 else ''}")
    return "；".join(said)


def rating(spec: SchemeSpec) -> list[str]:
    """How levels come about, in sentences."""
    how = spec.rating
    lines = ["评定的是岗位、科室或单位的等级，其风险点随它。" if how.rated == "subject" else "逐个风险点评定等级。"]
    if how.rated == "point":
        follows = {"max": "岗位、科室和单位取所含风险点中最重的一级。", "none": "岗位、科室和单位不另定等级。"}
        lines.append(follows[how.subject_follows])
    lines.append(METHODS[how.method])
    if how.method == "count":
        what = {"points": "风险点", "kinds": "风险种类"}[how.count_what]
        lines += [f"{what}不少于 {least} 个：{spec.level(rank).name}。" for least, rank in how.count_bands]
    if how.vetoes:
        lines.append("另有一票升级的情形，先于其他规则。")
    if how.shows_count:
        lines.append("风险点的数量作为参考，一并显示。")
    if how.otherwise:
        lines.append(how.otherwise)
    lines.append("系统只作提示；自评和审定的等级分开记录。")
    return lines


def scope_line(spec: SchemeSpec, scope: Scope) -> str:
    """Who declares, who fills, what is compiled."""
    said = [SUBJECTS[scope.subject]]
    if scope.tiers:
        said.append("范围为" + "、".join(Tier(tier).label for tier in scope.tiers))
    if scope.priority_only:
        said.append("只限重点对象")
    said.append(f"由{actor(scope.filler)}填报")
    if scope.compiles:
        below = "、".join(spec.scope(key).name for key in scope.compiles)
        said.append(f"先汇总{below}的登记表，再补充自己的")
    return "，".join(said) + "。"


def road(spec: SchemeSpec, scope: Scope) -> list[dict]:
    """The road of a scope: each step with everything that a clerk should know."""
    return [_step(spec, scope, step, number) for number, step in enumerate(spec.route(scope.key).steps, start=1)]


def _step(spec: SchemeSpec, scope: Scope, step: Step, number: int) -> dict:
    return {
        "number": number,
        "name": step.name,
        "kind": STEP_KINDS[step.kind],
        "who": step.body or (actor(scope.filler) if step.actor.who == "filler" else actor(step.actor)),
        "limit": _limit(spec, step),
        "back": _back(spec, scope, step),
        "notes": _notes(spec, scope, step),
        "text": step.text,
        "ours": step.origin == "ours",
    }


def _limit(spec: SchemeSpec, step: Step) -> str:
    said = [f"到达后 {step.due_days} 个工作日内"] if step.due_days else []
    dates = {deliverable.key: deliverable for deliverable in spec.deliverables}
    if step.deliverable in dates:
        said.append(f"{day(spec, dates[step.deliverable].due)}前")
    return "，且在".join(said) or "不限"


def _back(spec: SchemeSpec, scope: Scope, step: Step) -> str:
    route = spec.route(scope.key)
    said = [
        f"“{route.step(back.to).name}”" + ("（改后直接回到本步）" if back.resume == "direct" else "")
        for back in step.returns
    ]
    return "、".join(said)


def _notes(spec: SchemeSpec, scope: Scope, step: Step) -> list[str]:
    notes = []
    if step.opens:
        notes.append("可填：" + "、".join(PARTS[part] for part in step.opens))
    if step.mode == "compile":
        notes.append("先汇总下级登记表")
    if step.quorum == "all":
        notes.append("须全体办理")
    elif step.quorum.isdigit():
        notes.append(f"须有 {step.quorum} 人办理")
    if step.blind:
        notes.append("意见在全部提出以前互不可见")
    if step.proposes:
        notes.append("可以建议风险点，采纳与否由填报人定")
    if step.marks:
        notes.append("逐项评" + "、".join(mark.name for mark in spec.marks))
    if step.determines:
        notes.append("审定等级")
    if step.notice:
        rule = spec.notice(step.notice)
        notes.append(f"公示 {rule.days} 个工作日，范围为{AUDIENCES[rule.audience]}")
    if step.distinct_from:
        names = "、".join(spec.route(scope.key).step(key).name for key in step.distinct_from)
        notes.append(f"不得由在“{names}”办理过的人办理")
    for filing in step.files_to:
        notes.append(f"报{filing.body}备案" + ("，收到回执后再往下走" if filing.wait else ""))
    if step.actor.who not in {"filler", "peers", "members"} and step.kind not in {"notice", "issue"}:
        notes.append(VACANT[step.vacant])
    return notes


def notices(spec: SchemeSpec) -> list[dict]:
    """The notice rules, with the columns that are seen."""
    return [
        {
            "name": rule.name,
            "audience": AUDIENCES[rule.audience],
            "days": rule.days,
            "fields": "、".join(COLUMNS[key].title for key in rule.fields if key in COLUMNS),
            "recipient": actor(rule.recipient),
            "channels": "、".join(rule.channels),
            "ours": rule.origin == "ours",
        }
        for rule in spec.notices
    ]


def plate(spec: SchemeSpec) -> dict | None:
    """The desk plate: what stands on it and for whom; None where the scheme has none."""
    rule = plate_of(spec)
    return rule and {
        "title": rule.title,
        "audience": AUDIENCES[rule.audience],
        "fields": "、".join(COLUMNS[key].title for key in rule.fields),
        "holder": rule.holder,
        "ours": rule.origin == "ours",
    }


def questions(spec: SchemeSpec) -> list[dict]:
    """The question sets, each with whom it is for."""
    names = {scope.key: scope.name for scope in spec.scopes}
    found: dict[tuple, list] = {}
    for question in spec.questions:
        found.setdefault((question.scopes, question.tiers), []).append(question)
    rows = []
    for (scopes, tiers), each in found.items():
        whom = [names[key] for key in scopes] + [Tier(tier).label for tier in tiers]
        rows.append({"whom": "、".join(whom) or "所有填报人", "questions": each})
    return rows
