"""The words of heads: what the columns of real published tables are called. A bureau's own words come on top.

A word is compared after blanks, brackets and punctuation are gone. To teach the import another heading add it here.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from registers.schemes.model import Form

LONGEST_HEADING = 40
LONGEST_KEY = 120
# field → words, most telling first
WORDS: dict[str, tuple[str, ...]] = {
    "order": ("序号", "编号", "序"),
    "unit": (
        *("责任主体", "单位科室", "责任科室", "责任部门", "责任单位", "风险防控责任股室", "科室名称", "部门名称"),
        *("责任股室", "责任处室", "排查科室", "承办机构", "内设机构", "单位名称"),
        *("科室", "股室", "处室", "部门", "单位"),
    ),
    "post": ("风险点涉及的岗位", "涉及岗位", "岗位名称", "责任岗位", "风险岗位", "具体岗位", "岗位"),
    "power": (
        *("职权内容", "职权名称", "权力事项", "权力名称", "职权事项", "重要环节", "业务事项", "工作事项"),
        *("岗位职权", "具体工作事项", "业务活动", "权力清单", "职权", "权力"),
    ),
    "power_kind": ("职权类别", "权力类型", "权力类别", "职权类型"),
    "basis": ("法律依据", "实施依据", "职权依据", "设定依据", "行使依据", "法定依据"),
    "step": ("业务环节", "关键环节", "风险环节", "流程环节", "末级流程", "环节"),
    "count": ("风险点数量", "风险点数", "风险数量"),
    "klass": ("业务类别", "业务分类"),
    "kind": ("风险点类别", "风险类别", "风险类型", "风险种类"),
    "level": (
        *(
            "建议风险级别",
            "建议风险等级",
            "风险点等级",
            "廉政风险等级",
            "风险等级",
            "风险级别",
            "风险级次",
            "等级",
            "级别",
        ),
        *("级次",),
    ),
    "manifestation": (
        *("廉政风险主要内容及表现形式", "廉政风险点表现形式", "风险主要内容及表现形式", "风险情况描述", "风险内容描述"),
        *("风险表现形式", "风险表现", "主要表现", "表现形式", "风险描述"),
    ),
    "point": (
        *("廉政风险点及表现形式", "风险点及表现形式", "风险内容及表现形式", "廉政风险点", "廉洁风险点", "监管风险点"),
        *("违法风险点", "风险点描述", "潜在风险", "风险点名称", "风险内容", "风险点", "廉政风险", "廉洁风险"),
    ),
    "controls": (
        *("防控要点及防控措施", "防控要点及措施", "廉政风险防控措施", "防控措施", "防范措施", "防控方法", "防范方法"),
        *("防控办法", "防范办法"),
        *("控制措施", "监控措施", "预防措施"),
    ),
    "department": ("部门责任人", "部门负责人", "科室负责人", "科室责任人", "股室负责人"),
    "leader": ("责任领导", "分管领导", "主管领导", "风险防控责任领导"),
    "direct": ("直接责任人", "岗位责任人", "具体责任人", "责任人", "责任人员"),
}
NAMES = {
    "order": "序号",
    "unit": "责任主体",
    "post": "岗位",
    "power": "职权内容",
    "power_kind": "职权类别",
    "basis": "法律依据",
    "step": "环节",
    "count": "风险点数量",
    "kind": "风险类别",
    "klass": "业务类别",
    "level": "风险等级",
    "manifestation": "表现形式",
    "point": "风险点",
    "controls": "防控措施",
    "department": "部门责任人",
    "leader": "责任领导",
    "direct": "责任人",
}
JOINED = frozenset({"direct", "department", "leader"})  # two columns of these stand side by side in one
FIELDS = tuple(NAMES)
PRINTED = {"responsible": "direct", "class": "klass"}  # columns of our own papers that are called otherwise here
EXACT = {word: name for name, words in WORDS.items() for word in words}
LONGEST_FIRST = sorted((word for word in EXACT if len(word) >= 3), key=len, reverse=True)
_NOISE = re.compile(r"[\s、,，。.;；:：/／\\|*＊_—-]+")
_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A heading without blanks, brackets, punctuation, and with half-width letters."""
    text = unicodedata.normalize("NFKC", text)
    return _NOISE.sub("", _BRACKETS.sub("", text))


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """A heading as it is remembered: half-width, without blanks; what stands in brackets may matter."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))[:LONGEST_KEY]


def field_of(text: str, memory: dict[str, str] | None = None) -> str:
    """The field that a heading names; "" for none. What the bureau decided before (by `key_of`) goes first."""
    if not text:
        return ""
    if memory and (key := key_of(text)) in memory:
        return memory[key]
    return _guess(text)


def titles_of(forms: Iterable[Form]) -> dict[str, str]:
    """What the columns of a scheme's own forms are called → field; a title of two meanings is left out."""
    found: dict[str, set[str]] = {}
    for form in forms:
        for column in form.columns:
            name = PRINTED.get(column.key, column.key)
            if name in NAMES:
                found.setdefault(key_of(column.title), set()).add(name)
    return {title: names.pop() for title, names in found.items() if len(names) == 1}


@lru_cache(maxsize=4096)
def _guess(text: str) -> str:
    if len(text) > LONGEST_HEADING:
        return ""
    word = plain(text)
    if word in EXACT:
        return EXACT[word]
    for known in LONGEST_FIRST:
        # "廉政风险等级(高中低)" or "一、风险点" still say what they are; a whole sentence does not.
        if known in word and len(word) <= len(known) + 6:
            return EXACT[known]
    return ""
