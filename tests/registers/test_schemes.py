"""A scheme file is read whole or refused with every fault, its place and what is allowed, in Chinese."""

import copy
import json
import re
from pathlib import Path

import pytest

from registers.schemes.columns import CATALOGUES, HEAD_CATALOGUES
from registers.schemes.model import ONLY
from registers.schemes.parse import SchemeError, parse
from registers.schemes.road import STEP_KINDS

FOLDER = Path(__file__).parents[2] / "fixtures" / "schemes"
FILES = sorted(FOLDER.glob("*.json"))
SPECS = {path.name[:3]: parse(path.read_text("utf-8"), name=path.name) for path in FILES}
RAW = {path.name[:3]: json.loads(path.read_text("utf-8")) for path in FILES}


def put(value, path, new):
    """Set the value at a path such as ``levels.0.rank``; ``...`` removes it."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        value = value[part]
    if new is ...:
        del value[last]
    elif isinstance(value, list) and last == len(value):
        value.append(new)
    else:
        value[last] = new


def faults_of(value):
    with pytest.raises(SchemeError) as caught:
        parse(value if isinstance(value, str) else json.dumps(value), name="a.json")
    return caught.value.faults


def changed(number, path, new):
    raw = copy.deepcopy(RAW[number])
    put(raw, path, new)
    return raw


STEP = {"key": "more", "name": "再议", "kind": "review", "actor": "head"}

# scheme, path that is broken, new value (... = removed), place of the fault, words of its message
SHAPES = [
    ("000", "name", ..., "name", "缺少必填字段"),
    ("000", "levels.0.rank", ..., "levels[0].rank", "缺少必填字段"),
    ("000", "colour", "red", "colour", "没有“colour”这个字段"),
    ("000", "levels.0.rnak", 1, "levels[0].rnak", "是不是要写“rank”"),
    ("000", "routes.0.steps.2.returns.0.too", "find", "routes[0].steps[2].returns[0].too", "可用的字段：to、resume"),
    ("000", "levels.0.rank", "1", "levels[0].rank", "应为整数，现为文字"),
    ("000", "levels.0.rank", True, "levels[0].rank", "应为整数，现为true 或 false"),
    ("000", "levels.0.rank", 1.5, "levels[0].rank", "现为小数"),
    ("000", "levels", {}, "levels", "应为一个列表"),
    ("000", "kinds.0", "思想道德风险", "kinds[0]", "应为一个对象"),
    ("000", "rating.rules.0.when", [], "rating.rules[0].when", "应为一个对象"),
    ("000", "name", None, "name", "空值 null"),
    ("000", "name", "  ", "name", "不能为空"),
    ("000", "name", "方" * 101, "name", "至多 100 个字符"),
    ("000", "bureau", "建设\u0000局", "bureau", "不可见的控制字符"),
    ("000", "levels.0.tone", "red", "levels[0].tone", "可选：grave、middle、light"),
    ("000", "kinds.0.origin", "mine", "kinds[0].origin", "可选：plan、ours"),
    ("000", "kinds.0.key", "思想", "kinds[0].key", "不能作键名"),
    ("000", "kinds.0.key", "Morals", "kinds[0].key", "不能作键名"),
    ("000", "series", "每年", "series", "可选：年度、专项"),
    ("000", "scopes.0.tiers", ["boss"], "scopes[0].tiers[0]", "可选：lead、middle、other"),
    ("000", "scopes.0.filler", "nobody", "scopes[0].filler.who", "可选：filler"),
    ("000", "routes.0.steps.2.actor.role", "king", "routes[0].steps[2].actor.role", "office、leading_group"),
    ("000", "routes.0.steps.2.kind", "vote", "routes[0].steps[2].kind", "countersign"),
    ("000", "routes.0.steps.2.marks", "yes", "routes[0].steps[2].marks", "应为true 或 false"),
    ("000", "routes.0.steps.0.opens", ["names"], "routes[0].steps[0].opens[0]", "points、levels、controls"),
    ("000", "routes.0.steps.2.returns.0.resume", "later", "routes[0].steps[2].returns[0].resume", "rerun、direct"),
    ("000", "notices.0.audience", "world", "notices[0].audience", "section、bureau、intranet、society"),
    ("000", "stages.0.starts", ["12-01"], "stages[0].starts", "应恰有 2 项"),
    ("000", "stages.0.starts", ["02-30", 0], "stages[0].starts[0]", "不是真实的日期"),
    ("000", "stages.0.starts", ["02-29", 0], "stages[0].starts[0]", "不是每年都有"),
    ("000", "deliverables.0.due", ["2月15日", 1], "deliverables[0].due[0]", "应为“月-日”"),
    ("000", "deliverables.0.due", ["02-15", "1"], "deliverables[0].due[1]", "0 到 5 的整数"),
]
RELATIONS = [
    ("000", "kinds.1.key", "morals", "kinds[1].key", "重复"),
    ("000", "levels.1.name", "一级", "levels[1].name", "重复"),
    ("000", "levels.1.rank", 1, "levels", "应从最重的 1 起依次为 1、2、3，现为 1、1、3"),
    ("000", "levels.2.rank", 4, "levels", "应从最重的 1 起"),
    ("000", "levels.0.tone", "light", "levels[1].tone", "还重"),
    ("000", "kinds.0.scopes", ["city"], "kinds[0].scopes[0]", "可用：post、section、bureau"),
    ("000", "classes", [{"key": "a", "name": "甲"}], "classes_name", "写明这一分类的名称"),
    ("000", "deliverables.0.stage", "later", "deliverables[0].stage", "可用：mobilise"),
    ("000", "scopes.1.filler", "filler", "scopes[1].filler", "只有岗位登记表由在岗人员"),
    ("000", "scopes.1.filler", "peers", "scopes[1].filler", "不能作填报人"),
    ("000", "scopes.1.filler", {"who": "role"}, "scopes[1].filler.role", "应写明角色"),
    ("000", "scopes.1.tiers", ["lead"], "scopes[1].tiers", "只有岗位"),
    ("000", "scopes.1.compiles", ["town"], "scopes[1].compiles[0]", "没有叫“town”的范围"),
    ("000", "scopes.1.compiles_after", "nowhere", "scopes[1].compiles_after", "没有叫“nowhere”的步骤"),
    ("000", "scopes.1.compiles_after", "", "scopes[1].compiles_after", "办过哪一步之后"),
    ("000", "scopes.1.compiles", ["bureau"], "scopes[1].compiles", "汇总成了环"),
    ("000", "scopes.1.compiles", ["section"], "scopes[1].compiles[0]", "只能汇总下一级"),
    ("000", "scopes.1.compiles", [], "routes[1].steps", "mode 不能为 compile"),
    ("000", "routes.1.steps.0.mode", "", "routes[1].steps", "应有一步填报的 mode 为 compile"),
    ("000", "routes.2", ..., "routes", "范围“bureau”没有路线"),
    ("000", "routes.1.scope", "post", "routes[1].scope", "重复"),
    ("000", "routes.1.scope", "town", "routes[1].scope", "没有叫“town”的范围"),
    ("000", "routes.0.steps.0", ..., "routes[0].steps[0].kind", "应从填报（fill）开始"),
    ("000", "routes.0.steps.9", ..., "routes[0].steps[8].kind", "以印发（issue）结束"),
    ("000", "routes.0.steps.10", STEP, "routes[0].steps[9].kind", "只能是最后一步"),
    ("000", "routes.0.steps.0.opens", ["levels"], "routes[0].steps[0].opens", "放开风险点"),
    ("000", "routes.0.steps.5.opens", [], "routes[0].steps[5].opens", "放开哪些部分"),
    ("000", "routes.0.steps.2.key", "peers", "routes[0].steps[2].key", "重复"),
    ("000", "routes.0.steps.2.returns.0.to", "meeting", "routes[0].steps[2].returns[0].to", "只能退回前面的步骤"),
    ("000", "routes.0.steps.2.returns.0.to", "office", "routes[0].steps[2].returns[0].to", "只能退回前面的步骤"),
    ("000", "routes.0.steps.2.returns.0.to", "moon", "routes[0].steps[2].returns[0].to", "没有叫“moon”的步骤"),
    ("000", "routes.0.steps.6.returns.0.to", "notice", "routes[0].steps[6].returns[0].to", "不能退回到公示"),
    ("000", "routes.0.steps.5.returns", [{"to": "find"}], "routes[0].steps[5].returns", "不能退回"),
    ("000", "routes.0.steps.3.distinct_from", ["issue"], "routes[0].steps[3].distinct_from[0]", "不在前面"),
    ("000", "routes.0.steps.1.quorum", "most", "routes[0].steps[1].quorum", "any（任一人）、all（全体）"),
    ("000", "routes.0.steps.1.quorum", "0", "routes[0].steps[1].quorum", "不是办理人数"),
    ("000", "routes.0.steps.1.marks", True, "routes[0].steps[1].marks", "不能写 marks"),
    ("000", "routes.0.steps.2.blind", True, "routes[0].steps[2].blind", "可写的步骤：opinions"),
    ("000", "routes.0.steps.8.body", "", "routes[0].steps[8].body", "由什么会议"),
    ("000", "routes.0.steps.4.notice", "", "routes[0].steps[4].notice", "用哪一条公示规则"),
    ("000", "routes.0.steps.4.notice", "web", "routes[0].steps[4].notice", "可用：within"),
    ("000", "routes.2.steps.3.mode", "", "routes[2].steps[3].mode", "opinion、decide"),
    ("000", "routes.2.steps.3.determines", True, "routes[2].steps[3].determines", "不能审定等级"),
    ("000", "routes.2.steps.3.actor.at", "bureau", "routes[2].steps[3].actor.at", "at 应为 above"),
    ("000", "routes.0.steps.1.actor", "head", "routes[0].steps[1].actor", "可选：peers、members、role"),
    ("000", "routes.1.steps.2.actor", "head", "routes[1].steps[2].actor", "不能审核自己填的"),
    ("000", "routes.0.steps.5.actor", "head", "routes[0].steps[5].actor", "由这一范围的填报人"),
    ("000", "routes.0.steps.2.due_days", -1, "routes[0].steps[2].due_days", "0 到 250"),
    ("000", "routes.0.steps.0.deliverable", "x", "routes[0].steps[0].deliverable", "可用：find_tables"),
    ("000", "routes.2.steps.0.deliverable", "find_tables", "routes[2].steps[0].deliverable", "不适用于范围"),
    ("000", "routes.0.steps.0.paper", "form2", "routes[0].steps[0].paper", "可用：form1、form4"),
    ("000", "marks", [], "routes[0].steps[2].marks", "方案没有写 marks"),
    ("000", "forms.0.columns.1.key", "colour", "forms[0].columns[1].key", "没有叫“colour”的列"),
    ("000", "forms.0.columns.1.key", "order", "forms[0].columns[1].key", "重复"),
    ("000", "forms.0.head", ["phone"], "forms[0].head[0]", "没有叫“phone”的表头栏目"),
    ("000", "forms.0.title", "{office}表", "forms[0].title", "表名里不能用 {office}"),
    ("000", "forms.0.title", "{bureau表", "forms[0].title", "花括号不成对"),
    ("000", "forms.0.opinions.0.steps", ["sign"], "forms[0].opinions[0].steps[0]", "没有叫“sign”的步骤"),
    ("000", "forms.0.opinions.0.steps", [], "forms[0].opinions[0].steps", "由哪一步的意见填入"),
    ("004", "forms.1.scope", "person", "forms", "范围“section”没有表"),
    ("000", "notices.0.fields", ["point", "channel"], "notices[0].fields[1]", "属内部信息，不能公示"),
    ("000", "notices.0.fields", ["point", "declared_level"], "notices[0].fields[1]", "属内部信息"),
    ("000", "notices.0.fields", ["factors"], "notices[0].fields[0]", "属内部信息"),
    ("000", "notices.0.fields", ["point", "source"], "notices[0].fields[1]", "在公示里没有内容"),
    ("000", "notices.0.fields", [], "notices[0].fields", "公示哪些栏目"),
    ("000", "notices.0.days", 0, "notices[0].days", "1 到 60 个工作日"),
    ("000", "notices.0.recipient", {"who": "role", "role": "office"}, "notices[0].recipient", "只能由纪检机构"),
    ("000", "notices.0.recipient", "head", "notices[0].recipient", "只能由纪检机构"),
    ("000", "stages.1.ends", ["03-10", 0], "stages[1].ends", "结束日期早于开始日期"),
    ("000", "number_pattern", "东建廉{n}号", "number_pattern", "应有 {year}"),
    ("000", "number_pattern", "〔{year}〕号", "number_pattern", "应有 {n}"),
    ("000", "filing_pattern", "{year}{n}{m}", "filing_pattern", "不能用 {m}"),
    ("000", "version", 0, "version", "版次从 1 起"),
    ("000", "year", 11, "year", "1990 到 2100"),
    ("000", "rating.rules.0.rank", 4, "rating.rules[0].rank", "可用：1、2、3"),
    ("000", "rating.rules.0.when", {"size": ["large"]}, "rating.rules[0].when.size", "二者应一致"),
    ("000", "rating.rules.0.when", {"weight": ["yes"]}, "rating.rules[0].when.weight", "没有叫“weight”的因素"),
    ("000", "rating.rules.0.when.decides", ["maybe"], "rating.rules[0].when.decides[0]", "可用：yes、no"),
    ("000", "rating.rules.4", ..., "rating.rules", "审批、管理职能＝是”评不出等级"),
    ("000", "rating.method", "direct", "rating.rules", "不写规则"),
    ("000", "rating.rules", [], "rating.rules", "应写规则"),
    ("001", "rating.count_bands", [[1, 1]], "rating.count_bands", "评级方法为 count 时"),
    ("003", "rating.rules.0", ..., "rating.rules", "发生概率＝高、后果严重程度＝严重”评不出等级"),
    ("003", "rating.rules.9", {"rank": 1, "when": {"likelihood": ["low"]}}, "rating.rules", "同样的两个因素"),
    (
        "003",
        "rating.rules.9",
        {"rank": 1, "when": {"likelihood": ["low"], "consequence": ["slight"]}},
        "rating.rules[9].when",
        "每格只写一次",
    ),
    ("003", "routes.1.steps.2.actor", "head", "routes[1].steps[2].actor", "可选：pair"),
    ("003", "factors.0.options", [{"key": "high", "name": "高"}], "factors[0].options", "至少要有两个选项"),
]


@pytest.mark.parametrize("number,path,new,place,words", SHAPES + RELATIONS)
def test_a_broken_scheme_is_refused_with_place_and_words(number, path, new, place, words):
    found = [fault for fault in faults_of(changed(number, path, new)) if fault.place == place]
    assert any(words in fault.message for fault in found), faults_of(changed(number, path, new))
    assert all(fault.file == "a.json" for fault in found)


def test_every_fault_is_named_not_only_the_first():
    raw = changed("000", "levels.0.tone", "red")
    put(raw, "year", "2011")
    put(raw, "forms.0.columns.0.width", "wide")
    assert {fault.place for fault in faults_of(raw)} == {"levels[0].tone", "year", "forms[0].columns[0].width"}
    raw = changed("000", "routes.0.steps.2.returns.0.to", "moon")
    put(raw, "notices.0.days", 0)
    put(raw, "forms.0.columns.0.key", "colour")
    assert len(faults_of(raw)) == 3


@pytest.mark.parametrize(
    "text,place,words",
    [
        ("", "第 1 行第 1 列", "不是正确的 JSON"),
        ('{"key": "a",}', "第 1 行第 13 列", "引号、逗号和括号"),
        ("[]", "", "应为一个对象"),
        ('{"key": "a", "key": "b"}', "key", "写了两次"),
        ("[" * 100_000, "", "嵌套过深"),
        ('{"year": ' + "9" * 5000 + "}", "", "数字过大"),
        (" " * 2_000_001, "", "文件太大"),
    ],
)
def test_what_is_no_scheme_at_all_is_refused_in_words_too(text, place, words):
    assert any(fault.place == place and words in fault.message for fault in faults_of(text))


def test_the_error_reads_as_lines_of_file_place_and_message():
    with pytest.raises(SchemeError) as caught:
        parse(json.dumps(changed("000", "year", "2011")), name="我们的方案.json")
    assert str(caught.value) == "我们的方案.json：year：应为整数，现为文字。"


def test_the_five_plans_are_five_files():
    assert [SPECS[number].key for number in sorted(SPECS)] == ["s000", "s001", "s002", "s003", "s004"]


@pytest.mark.parametrize("number", sorted(SPECS))
def test_a_scheme_file_is_readable_by_a_person(number):
    text = next(path for path in FILES if path.name.startswith(number)).read_text("utf-8")
    assert "\\u" not in text, "Chinese is written as Chinese"
    assert max(len(line) for line in text.splitlines()) < 500
    assert not re.search(r"[\u4e00-\u9fff][,;:?]", text), "full-width punctuation between Chinese words"


@pytest.mark.parametrize("number", sorted(SPECS))
def test_a_spec_keeps_its_source_and_compares_without_it(number):
    again = parse(json.dumps(RAW[number]), name="again")
    assert again == SPECS[number]
    assert again.raw == RAW[number]


@pytest.mark.parametrize("number", sorted(SPECS))
def test_nothing_about_who_found_a_point_or_how_it_was_rated_is_published(number):
    for rule in SPECS[number].notices:
        assert {"factors", "suggested_level", "declared_level", "channel"}.isdisjoint(rule.fields)
        assert rule.recipient.role == "discipline"


@pytest.mark.parametrize(
    "number,scope,kinds",
    [
        ("000", "post", "fill opinions review audit notice fill review audit meeting issue"),
        ("000", "section", "fill opinions review audit notice fill review audit meeting issue"),
        ("000", "bureau", "fill notice fill superior superior issue"),
        ("001", "post", "fill review review meeting notice issue"),
        ("001", "section", "fill opinions review meeting notice issue"),
        ("001", "unit", "fill review meeting notice issue"),
        ("002", "post", "fill opinions review review meeting audit notice issue"),
        ("002", "section", "fill opinions review meeting audit notice issue"),
        ("002", "bureau", "fill opinions review meeting audit notice issue"),
        ("003", "post", "fill review issue"),
        ("003", "department", "fill countersign exchange meeting superior notice issue"),
        ("003", "unit", "fill countersign exchange meeting superior notice issue"),
        ("004", "person", "fill meeting fill notice audit issue"),
        ("004", "section", "fill countersign review meeting issue"),
        ("004", "leader", "fill meeting issue"),
        ("004", "leadership", "fill meeting issue"),
    ],
)
def test_the_roads_of_the_plans(number, scope, kinds):
    assert " ".join(step.kind for step in SPECS[number].route(scope).steps) == kinds


def test_the_five_plans_use_every_kind_of_step():
    used = {step.kind for spec in SPECS.values() for route in spec.routes for step in route.steps}
    assert used == set(STEP_KINDS)


def test_s0_09_to_13_000_has_five_kinds_with_definition_and_manifestations():
    kinds = SPECS["000"].kinds
    assert [kind.name[:4] for kind in kinds] == ["思想道德", "岗位职责", "业务流程", "制度机制", "外部环境"]
    assert all(kind.definition and kind.examples for kind in kinds)


def test_s0_35_s0_41_deadlines_of_000_lie_in_the_second_year():
    assert [deliverable.due for deliverable in SPECS["000"].deliverables] == [("02-15", 1), ("02-25", 1)]


def test_s0_30_to_43_000_has_six_attachments_and_003_three():
    assert [form.number for form in SPECS["000"].forms if form.number] == [f"附件{n}" for n in range(1, 7)]
    assert {form.number: form.scope for form in SPECS["003"].forms} == {
        "附件3": "unit",
        "附件4": "department",
        "附件5": "post",
    }


def test_s0_39_the_bureau_table_is_filed_with_county_committee_and_county_discipline():
    assert [(f.body, f.role, f.at) for f in SPECS["000"].route("bureau").steps[0].files_to] == [
        ("县委", "party_group", "above"),
        ("县纪委监察局", "discipline", "above"),
    ]


def test_s1_17_a_deadline_may_lie_inside_a_longer_stage():
    spec = SPECS["001"]
    due = next(item for item in spec.deliverables if item.key == "lists")
    stage = next(stage for stage in spec.stages if stage.key == due.stage)
    assert stage.starts < due.due < stage.ends


def test_s1_11_to_13_001_asks_different_aspects_of_post_section_and_unit():
    names = {scope: [kind.name for kind in SPECS["001"].kinds_of(scope)] for scope in ("post", "section", "unit")}
    assert names == {
        "post": ["岗位职责", "权力行使", "制度执行", "思想道德"],
        "section": ["工作程序", "业务流程", "制度机制"],
        "unit": ["业务流程", "“三重一大”议事决策", "行政管理"],
    }


def test_s2_11_to_13_002_asks_each_tier_its_own_question():
    asked = {tier: SPECS["002"].questions_of("post", tier)[0].text for tier in ("lead", "middle", "other")}
    assert "重大事项决策" in asked["lead"]
    assert "现场即决权" in asked["middle"]
    assert "工作制度" in asked["other"]


def test_s3_19_003_classes_are_a_second_axis():
    assert [kind.name for kind in SPECS["003"].kinds] == ["廉政风险", "监管风险"]
    assert len(SPECS["003"].classes) == 5


def test_s4_06_004_has_four_aspects_for_persons_and_others_for_the_leadership():
    spec = SPECS["004"]
    assert "思想道德" in [kind.name for kind in spec.kinds_of("person")]
    assert [kind.name for kind in spec.kinds_of("leadership")] == ["民主集中制", "“三重一大”制度", "高风险业务"]


def test_the_catalogue_has_a_chinese_title_for_every_column():
    for column in (c for catalogue in (*CATALOGUES.values(), *HEAD_CATALOGUES.values()) for c in catalogue.values()):
        assert column.title
        assert column.text
    assert all(catalogue[key].key == key for catalogue in CATALOGUES.values() for key in catalogue)


def test_the_format_page_names_every_column_and_field():
    page = (FOLDER.parents[1] / "docs" / "schemes.md").read_text("utf-8")
    columns = [key for catalogue in (*CATALOGUES.values(), *HEAD_CATALOGUES.values()) for key in catalogue]
    missing = [
        key for key in (*columns, *ONLY["bureau"], *ONLY["powers"], *STEP_KINDS, *RAW["000"]) if f"`{key}`" not in page
    ]
    assert missing == []
