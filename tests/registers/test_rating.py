"""A level is only suggested, by rank, with the plan's own words and the answers as the reason."""

import itertools
import json
from pathlib import Path

import pytest

from registers.schemes.parse import parse
from registers.schemes.rating import suggest_point, suggest_subject

FOLDER = Path(__file__).parents[2] / "fixtures" / "schemes"
FIXTURES = {path.name[:3]: path for path in sorted(FOLDER.glob("*.json"))}
YES_NO = ("yes", "no")


def scheme(number: str, **changes):
    """The scheme of that plan, with whole top-level parts replaced."""
    return parse(json.dumps(json.loads(FIXTURES[number].read_text("utf-8")) | changes), name=number)


def answers_of(spec, scope, on):
    """All combinations of answers to the questions of that scope."""
    factors = [factor for factor in spec.factors_of(scope, on) if not factor.optional]
    for options in itertools.product(*(factor.options for factor in factors)):
        yield {factor.key: option.key for factor, option in zip(factors, options, strict=True)}


@pytest.mark.parametrize(
    "decides,key_links,important,approval", list(itertools.product(YES_NO, YES_NO, YES_NO, YES_NO))
)
def test_s0_16_a_post_of_000_is_rated_by_its_criteria(decides, key_links, important, approval):
    answers = {"decides": decides, "key_links": key_links, "important": important, "approval": approval}
    said = suggest_subject(scheme("000"), "post", answers, [], [])
    if "yes" in (decides, key_links):
        assert (said.rank, said.origin) == (1, "plan")
    elif important == "yes":
        assert (said.rank, said.origin) == (2, "plan")
    elif approval == "no":
        assert (said.rank, said.origin) == (3, "plan")
    else:
        assert (said.rank, said.origin) == (2, "ours"), "the plan is silent here"
        assert "我们所加" in said.reason


@pytest.mark.parametrize(
    "function,rank",
    [(key, 1) for key in ("planning", "bidding", "construction", "cost", "real_estate", "gas")]
    + [("survey", 2), ("staff", 2), ("other", 2), ("service", 3)],
)
def test_s0_17_a_section_of_000_is_rated_by_its_named_functions(function, rank):
    said = suggest_subject(scheme("000"), "section", {"function": function}, [], [])
    assert said.rank == rank
    assert "股室职能" in said.reason


def test_the_bureau_of_000_takes_the_gravest_of_what_it_compiles():
    said = suggest_subject(scheme("000"), "bureau", {}, [3, 1, 2], [])
    assert (said.rank, said.origin) == (1, "ours")
    assert suggest_subject(scheme("000"), "bureau", {}, [], []).rank is None


def test_a_point_of_000_takes_the_level_of_its_post():
    said = suggest_point(scheme("000"), "post", {"size": "large"})
    assert said.rank is None
    assert "按岗位评定等级" in said.reason


@pytest.mark.parametrize("consequence", ["severe", "rather", "slight"])
@pytest.mark.parametrize("likelihood", ["high", "low", "lower"])
def test_s3_18_003_suggests_by_likelihood_and_consequence(likelihood, consequence):
    table = {
        "high": {"severe": 1, "rather": 2, "slight": 2},
        "low": {"severe": 2, "rather": 2, "slight": 3},
        "lower": {"severe": 2, "rather": 3, "slight": 3},
    }
    written = {("high", "severe"), ("low", "rather"), ("lower", "slight")}
    said = suggest_point(scheme("003"), "post", {"likelihood": likelihood, "consequence": consequence})
    assert said.rank == table[likelihood][consequence]
    assert said.origin == ("plan" if (likelihood, consequence) in written else "ours")
    assert ("方案规定" in said.reason) == ((likelihood, consequence) in written)


def test_s3_20_the_gravest_level_is_called_yiji_in_000_and_sanji_in_003():
    first, third = scheme("000"), scheme("003")
    assert [level.name for level in first.levels] == ["一级", "二级", "三级"]
    assert [level.name for level in third.levels] == ["三级", "二级", "一级"]
    for spec in (first, third):
        assert [level.rank for level in spec.levels] == [1, 2, 3]
        assert [level.tone for level in spec.levels] == ["grave", "middle", "light"]
    gravest = suggest_subject(first, "post", {"decides": "yes"}, [], [])
    worst = suggest_point(third, "post", {"likelihood": "high", "consequence": "severe"})
    assert gravest.rank == worst.rank == 1
    assert "一级（重点风险点）" in gravest.reason
    assert "三级（概率高、危害严重）" in worst.reason


@pytest.mark.parametrize("number,scope", [("001", "post"), ("004", "person")])
def test_direct_schemes_leave_the_level_to_people_for_every_answer(number, scope):
    spec = scheme(number)
    for answers in answers_of(spec, scope, "point"):
        said = suggest_point(spec, scope, answers)
        assert said.rank is None
        assert said.open == ()
        for key, chosen in answers.items():
            factor = next(factor for factor in spec.factors if factor.key == key)
            assert factor.name in said.reason
            assert next(option.name for option in factor.options if option.key == chosen) in said.reason


def test_002_rates_the_post_directly_and_not_the_person_or_the_point():
    spec = scheme("002")
    for answers in answers_of(spec, "post", "subject"):
        said = suggest_subject(spec, "post", answers, [1, 2], ["duty"])
        assert said.rank is None
        assert "风险大小" in said.reason
    assert "按岗位评定等级" in suggest_point(spec, "post", {}).reason


@pytest.mark.parametrize("ranks", [[1], [3, 2], [2, 2, 1], [3, 3]])
def test_s1_15_the_post_of_001_follows_the_gravest_of_its_points(ranks):
    assert suggest_subject(scheme("001"), "post", {}, ranks, []).rank == min(ranks)


def test_s4_13_004_shows_the_number_of_points_as_a_factor():
    said = suggest_point(scheme("004"), "person", {}, count=7)
    assert "7 个" in said.reason
    assert said.open == ("importance", "frequency", "probability")
    assert "7 个" not in suggest_point(scheme("001"), "post", {}, count=7).reason


@pytest.mark.parametrize("number,scope", [("003", "department"), ("004", "section")])
def test_where_only_points_are_rated_the_subject_has_no_level(number, scope):
    assert suggest_subject(scheme(number), scope, {}, [1, 2], []).rank is None


def test_an_open_question_is_named_and_nothing_is_suggested():
    said = suggest_point(scheme("003"), "post", {"likelihood": "high"})
    assert said.rank is None
    assert said.open == ("consequence",)
    assert "尚未回答：后果严重程度" in said.reason


def test_an_answer_that_is_no_longer_offered_counts_as_open():
    assert suggest_point(scheme("003"), "post", {"likelihood": "huge", "consequence": "severe"}).rank is None


def test_later_questions_may_stay_open_once_a_criterion_holds():
    assert suggest_subject(scheme("000"), "post", {"decides": "yes"}, [], []).rank == 1
    said = suggest_subject(scheme("000"), "post", {"decides": "no", "important": "yes"}, [], [])
    assert said.rank is None
    assert said.open == ("key_links",)


def counting(**more):
    """Plan 002 rated by the number of kinds of risk instead: 5 and more are grave."""
    bands = [[5, 1], [3, 2], [1, 3]]
    return scheme("002", rating={"rated": "subject", "method": "count", "count_bands": bands} | more)


@pytest.mark.parametrize("number,rank", [(0, None), (1, 3), (2, 3), (3, 2), (4, 2), (5, 1), (40, 1)])
def test_count_by_points(number, rank):
    assert suggest_subject(counting(), "post", {}, [3] * number, ["duty"] * number).rank == rank


def test_count_by_kinds_counts_each_kind_once():
    spec = counting(count_what="kinds")
    assert suggest_subject(spec, "post", {}, [3] * 9, ["a", "b", "c"] * 3).rank == 2
    assert "3 种风险" in suggest_subject(spec, "post", {}, [3] * 3, ["a", "b", "c"]).reason


def test_a_veto_comes_before_the_count_and_an_open_veto_stops_it():
    spec = counting(vetoes=[{"rank": 1, "when": {"harm": ["severe"]}, "text": "影响重大的一律为最重一级"}])
    assert suggest_subject(spec, "post", {"harm": "severe"}, [3], ["duty"]).rank == 1
    assert suggest_subject(spec, "post", {"harm": "slight"}, [3], ["duty"]).rank == 3
    said = suggest_subject(spec, "post", {}, [3], ["duty"])
    assert (said.rank, said.open) == (None, ("harm",))


def test_a_combination_that_the_scheme_leaves_open_says_so():
    rules = [{"rank": 1, "when": {"likelihood": ["high"], "consequence": ["severe"]}}]
    rating = {"rated": "point", "method": "matrix", "rules": rules, "otherwise": "由领导小组会议评估。"}
    said = suggest_point(scheme("003", rating=rating), "post", {"likelihood": "low", "consequence": "slight"})
    assert (said.rank, said.reason) == (None, "由领导小组会议评估。")
