"""The letters of supervision of a scheme, in the words of a clerk."""

from registers.schemes.explain import actor
from registers.schemes.model import SchemeSpec
from registers.schemes.road import Actor

_TO = {"post": "岗位", "unit": "单位"}


def letters(spec: SchemeSpec) -> list[dict]:
    """Each sort of letter: who issues it, to whom, whether it is answered, and when it is time for it."""
    names = {rule.key: rule.name for rule in spec.letters}
    return [
        {
            "name": rule.name,
            "by": actor(Actor("role", rule.role, rule.at)),
            "to": "、".join(_TO[one] for one in rule.to),
            "days": rule.days,
            "when": f"同一对象收到{rule.count}份“{names[rule.after]}”之后" if rule.after else "",
            "ours": rule.origin == "ours",
        }
        for rule in spec.letters
    ]
