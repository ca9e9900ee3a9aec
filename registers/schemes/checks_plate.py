"""What must hold of the desk plate: nothing inner, and to society nothing that no notice shows there."""

from registers.schemes.checks import known, unique
from registers.schemes.columns import COLUMNS
from registers.schemes.faults import Faults, listing
from registers.schemes.model import SchemeSpec
from registers.schemes.plate_model import FIELDS
from registers.schemes.plates import shown_to_society


def check(spec: SchemeSpec, faults: Faults):
    """Adds every fault of the block ``plate``; a scheme without one has none."""
    rule = spec.plate
    if not rule.fields:
        return
    unique(rule.fields, "plate.fields", "", faults)
    known(rule.fields, FIELDS, "plate.fields", "公示牌栏目", faults)
    unique(rule.sizes, "plate.sizes", "", faults)
    if not rule.sizes:
        faults.add("plate.sizes", "至少要有一种尺寸：a5、a4。")
    if not rule.title.strip():
        faults.add("plate.title", "不能为空。")
    if rule.audience != "society":
        return
    shown = shown_to_society(spec)
    if not shown:
        faults.add(
            "plate.audience",
            "没有哪一条公示规则把岗位登记表向社会公示，公示牌就不能对社会公开；请改为 bureau，或先写公示规则。",
        )
        return
    for index, key in enumerate(rule.fields):
        if key in COLUMNS and key not in shown:
            faults.add(
                f"plate.fields[{index}]",
                f"“{key}”（{COLUMNS[key].title}）没有向社会公示，不能写上公示牌；可用：{listing(sorted(shown))}。",
            )
