"""A scheme small enough to read in one look, for tests that need a scheme and no particular plan."""

import copy
import json

POST_ROAD = [
    {"key": "fill", "name": "自查", "kind": "fill", "actor": "filler", "opens": ["points", "levels", "controls"]},
    {
        "key": "review",
        "name": "科室审核",
        "kind": "review",
        "actor": "head",
        "returns": [{"to": "fill"}],
        "marks": True,
    },
    {"key": "issue", "name": "印发", "kind": "issue", "actor": {"who": "role", "role": "office"}},
]


HEAD = {"who": "head"}
OFFICE = {"who": "role", "role": "office"}


def _road(filler, mode=""):
    fill = POST_ROAD[0] | {"actor": filler} | ({"mode": mode} if mode else {})
    return [fill, POST_ROAD[1] | {"actor": {"who": "role", "role": "leader"}}, POST_ROAD[2]]


def _rule(rank, likely, harm):
    return {"rank": rank, "when": {"likely": [likely], "harm": [harm]}}


def _choice(key, name, options):
    return {"key": key, "name": name, "question": f"{name}?", "options": options}


LOW_HIGH = [{"key": "low", "name": "低"}, {"key": "high", "name": "高"}]

SMALL = {
    "key": "small",
    "version": 1,
    "name": "小方案",
    "bureau": "县某局",
    "source": "测试用",
    "series": "年度",
    "year": 2012,
    "levels": [
        {"rank": 1, "name": "一级", "label": "一级 重点", "tone": "grave", "strategy": "重点监管"},
        {"rank": 2, "name": "二级", "label": "二级 防范", "tone": "middle", "strategy": "强化监督"},
        {"rank": 3, "name": "三级", "label": "三级 一般", "tone": "light", "strategy": "加强提醒"},
    ],
    "kinds": [
        {
            "key": "thought",
            "name": "思想道德风险",
            "definition": "因放松学习而偏离职责。",
            "examples": ["吃拿卡要"],
        },
        {"key": "duty", "name": "岗位职责风险", "definition": "因岗位权力而生的风险。", "examples": ["越权审批"]},
    ],
    "rating": {
        "rated": "point",
        "method": "matrix",
        "rules": [_rule(1, "high", "high"), _rule(2, "high", "low"), _rule(2, "low", "high"), _rule(3, "low", "low")],
    },
    "factors": [_choice("likely", "可能性", LOW_HIGH), _choice("harm", "危害", LOW_HIGH)],
    "channels": [{"key": "self", "name": "自己查"}, {"key": "peer", "name": "同事帮"}],
    "control_kinds": [{"key": "front", "name": "前期预防"}],
    "questions": [{"text": "哪些事由您一人说了算?", "scopes": ["post"], "tiers": ["other", "middle"]}],
    "scopes": [
        {"key": "post", "name": "岗位", "subject": "post", "filler": {"who": "filler"}},
        {
            "key": "section",
            "name": "科室",
            "subject": "section",
            "filler": HEAD,
            "compiles": ["post"],
            "compiles_after": "review",
        },
        {"key": "bureau", "name": "单位", "subject": "bureau", "filler": OFFICE},
    ],
    "routes": [
        {"scope": "post", "steps": POST_ROAD},
        {"scope": "section", "steps": _road(HEAD, "compile")},
        {"scope": "bureau", "steps": _road(OFFICE)},
    ],
    "forms": [
        {
            "key": key,
            "scope": key,
            "number": "附件1",
            "title": "{bureau}风险点登记表",
            "columns": [{"key": "power", "title": "职权"}, {"key": "point", "title": "风险点"}],
        }
        for key in ("post", "section", "bureau")
    ],
    "notices": [],
    "return_reasons": [{"key": "accurate", "name": "不准"}],
    "marks": [{"key": "accurate", "name": "准"}],
    "stages": [{"key": "find", "name": "查找", "starts": ["02-01", 0], "ends": ["12-31", 0]}],
    "deliverables": [],
}


def small_scheme(**changes) -> dict:
    """The JSON values of a scheme with posts, sections and a bureau, levels by a matrix on points."""
    return copy.deepcopy(SMALL) | changes


def small_scheme_text(**changes) -> str:
    """The same as the text of a file."""
    return json.dumps(small_scheme(**changes), ensure_ascii=False)
