"""The components say what they must to everybody: words beside colours, errors tied to fields, nothing unescaped."""

import datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

TODAY = datetime.date(2012, 2, 13)


def drawn(source: str, **context) -> str:
    request = RequestFactory().get("/list", context.pop("query", {}))
    return Template("{% load ui %}" + source).render(Context({"request": request} | context))


class Opinion(forms.Form):
    text = forms.CharField(label="说明", max_length=200, help_text="写清环节。", widget=forms.Textarea)
    level = forms.ChoiceField(label="等级", choices=[("1", "一级"), ("2", "二级")], widget=forms.RadioSelect)


def test_a_level_prints_its_word_and_never_a_colour_alone():
    assert drawn('{% level "一级 重点" "grave" %}') == '<span class="level level-grave">一级 重点</span>'
    assert drawn('{% level "" "grave" %}') == "—"


@pytest.mark.parametrize(
    "day, shown", [(10, "逾期 "), (13, "今天 "), (14, ">2012年2月14日")], ids=["late", "today", "to come"]
)
def test_a_due_date_says_in_words_that_it_is_late(day, shown):
    assert shown in drawn("{% due date today=today %}", date=datetime.date(2012, 2, day), today=TODAY)


def test_what_is_done_is_never_late():
    assert "逾期" not in drawn("{% due date done=True today=today %}", date=datetime.date(2012, 2, 1), today=TODAY)


@pytest.mark.parametrize(
    "source",
    ['{% level "一级" "grave" colour="red" %}', '{% card "标题" wide=True %}{% endcard %}', '{% tag "在办" "red" %}'],
)
def test_a_mistyped_argument_or_tone_is_refused(source):
    with pytest.raises(TemplateSyntaxError):
        drawn(source)


def test_texts_of_users_are_escaped_in_every_component():
    evil = "<script>x</script>"
    page = drawn(
        "{% card evil %}{{ evil }}{% endcard %}{% callout title=evil %}{{ evil }}{% endcallout %}{% tag evil %}"
        "{% level evil %}{% facts pairs %}{% diff changes %}{% timeline entries %}{% empty evil evil %}"
        "{% page_head evil lead=evil %}{{ evil }}{% endpage_head %}"
        "{% confirm evil next=lines %}{{ evil }}{% endconfirm %}",
        evil=evil,
        pairs=[(evil, evil)],
        changes=[{"field": evil, "old": evil, "new": evil + "y"}, {"field": evil, "old": "", "new": evil}],
        entries=[{"title": evil, "who": evil, "said": evil, "note": evil}],
        lines=[evil],
    )
    assert "<script>" not in page


def test_errors_and_help_belong_to_their_field():
    page = drawn("{% field form.text count=True %}{% field form.level %}", form=Opinion({}))
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_text_error"' in page
    assert 'data-max="200"' in page
    assert '<fieldset class="field choices has-wrong" aria-describedby="id_level_error">' in page


def test_the_box_above_a_form_links_to_each_wrong_field():
    page = drawn("{% form_errors form %}", form=Opinion({}))
    assert 'href="#id_text"' in page
    assert "有2处需要改正" in page
    assert drawn("{% form_errors form %}", form=Opinion({"text": "x", "level": "1"})).strip() == ""


def test_a_refused_act_is_printed_with_its_reason():
    page = drawn("{% action_bar actions %}", actions=[{"label": "加签", "refused": "本步骤只需一人审核。"}])
    assert "disabled" in page
    assert "<b>加签</b>：本步骤只需一人审核。" in page


def test_page_links_keep_the_filters():
    page = drawn("{% pagination page %}", page=Paginator(range(120), 50).page(2), query={"q": "规划&x", "page": "2"})
    assert "?q=%E8%A7%84%E5%88%92%26x&amp;page=3" in page
    assert "第51–100条，共120条" in page


def test_a_comparison_marks_only_what_changed():
    page = drawn("{% diff changes %}", changes=[{"field": "措施", "old": "两人勘验", "new": "两人以上勘验"}])
    assert "两人<ins>以上</ins>勘验" in page
    assert "<del>" not in page
