"""What must hold of letters of supervision: places in the text, numbers, escalation."""

from registers.schemes.checks import keys, known_one, placeholders, unique
from registers.schemes.faults import Faults, listing
from registers.schemes.letter_model import PLACES, RECIPIENTS
from registers.schemes.model import SchemeSpec

_DAYS = range(0, 121)


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of the letters."""
    unique(keys(spec.letters), "letters", "key", faults)
    unique([rule.number_pattern for rule in spec.letters], "letters", "number_pattern", faults)
    for index, rule in enumerate(spec.letters):
        _letter(spec, rule, f"letters[{index}]", faults)


def _letter(spec, rule, place, faults):
    for name, allowed in (("text", PLACES), ("demand", PLACES), ("organ", ("bureau",))):
        _places(getattr(rule, name), f"{place}.{name}", allowed, faults)
    used = _places(rule.number_pattern, f"{place}.number_pattern", ("prefix", "year", "n"), faults)
    for wanted in {"year", "n"} - used:
        faults.add(f"{place}.number_pattern", f"编号格式里应有 {{{wanted}}}。")
    if not rule.to:
        faults.add(f"{place}.to", f"应写明发给谁；可选：{listing(RECIPIENTS)}。")
    if (rule.layout == "card") != bool(rule.tone):
        faults.add(f"{place}.tone", "卡片（layout 为 card）应写明色调，公文格式的不写。")
    if rule.days not in _DAYS:
        faults.add(f"{place}.days", "回复期限应在 0 到 120 个工作日之间。")
    if rule.days and not rule.demand:
        faults.add(f"{place}.demand", "有回复期限的，应写明要求什么。")
    known_one(rule.after, [other.key for other in spec.letters if other is not rule], f"{place}.after", "文书", faults)
    if bool(rule.after) != bool(rule.count):
        faults.add(f"{place}.count", "after 和 count 应一起写：同一对象收到几份之后提示用这一种。")


def _places(text, place, allowed, faults) -> set[str]:
    used = placeholders(text, place, faults) or set()
    for name in sorted(used - set(allowed)):
        faults.add(place, f"这里不能用 {{{name}}}；可用：{listing('{' + one + '}' for one in allowed)}。")
    return used
