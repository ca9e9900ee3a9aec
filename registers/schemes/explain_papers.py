"""The papers of a scheme in the words of a clerk: plain values for the page that explains it."""

from registers.schemes.model import Form, SchemeSpec

OVERS = {
    "bureau": "汇集生效的登记表",
    "powers": "汇集职权清单",
    "procedures": "汇集流程，每个流程一幅图、一张环节表",
}
ONLY = {
    "priority": "重点对象",
    "gravest": "风险等级最高的岗位",
    "external": "对外行使的职权",
    "internal": "内部管理的职权",
    "published": "向社会公开的职权",
    "major": "三重一大事项",
}
UNITS = {"bureau": "全单位", "section": "一个科室"}


def papers(spec: SchemeSpec, scope: str) -> list[dict]:
    """The forms of a scope with their columns and opinion cells."""
    return [_paper(spec, form) for form in spec.forms_of(scope)]


def lists(spec: SchemeSpec) -> list[dict]:
    """The lists that are made of a whole bureau or section."""
    return [_paper(spec, form) | {"line": _line(spec, form)} for form in spec.lists()]


def _paper(spec: SchemeSpec, form: Form) -> dict:
    return {
        "number": form.number,
        "title": form.title.replace("{bureau}", spec.bureau),
        "columns": "、".join(column.title for column in form.columns),
        "opinions": "、".join(cell.label for cell in form.opinions),
        "ours": form.origin == "ours",
        "layout_ours": form.layout == "ours",
    }


def _line(spec: SchemeSpec, form: Form) -> str:
    said = OVERS[form.over]
    if form.scopes:
        said += f"（{'、'.join(spec.scope(key).name for key in form.scopes)}）"
    if form.only:
        said += f"，只取{'或'.join(ONLY[key] for key in form.only)}"
    return f"{said}；可以按{'或'.join(UNITS[key] for key in form.units)}生成。"
