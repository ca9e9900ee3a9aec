"""Papers leave the program only to those who may see the register, with a Chinese name and one event."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from audit.models import Event
from documents.views import papers
from paper import PaperError
from tests import factories
from tests.documents.test_forms import make_ground, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    cycle, bureau, _, post = make_ground("s000")
    register = factories.make_register(post, cycle=cycle)
    factories.make_row(register)
    return register, sealed(register), bureau, factories.appoint(post)


def test_the_screen_shows_the_paper_with_its_files(ground, client):
    register, seal, _, holder = ground
    client.force_login(holder)
    page = client.get(reverse("paper_html", args=[register.pk, "form1"])).content.decode()
    assert "岗位廉政风险点查找和防控措施表" in page
    assert "越权审批" in page
    assert reverse("paper_pdf", args=[register.pk, "form1"]) in page
    assert reverse("paper_html", args=[register.pk, "form4"]) in page


def test_the_workbook_has_a_chinese_name_and_leaves_one_event(ground, client):
    register, seal, _, holder = ground
    client.force_login(holder)
    answer = client.get(reverse("paper_xlsx", args=[register.pk, "form1"]))
    assert "filename*=UTF-8''%E4%B8%9C" in answer["Content-Disposition"]
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(answer.content)).active for cell in row]
    assert any("越权审批" in cell for cell in cells)
    event = Event.objects.get(verb="paper.export")
    assert event.detail == {"form": "form1", "format": "xlsx", "digest": seal.digest}


def test_the_pdf_is_one_and_leaves_one_event(ground, client):
    register, seal, _, holder = ground
    client.force_login(holder)
    answer = client.get(reverse("paper_pdf", args=[register.pk, "form1"]))
    assert answer.content.startswith(b"%PDF")
    assert Event.objects.get(verb="paper.print").detail["digest"] == seal.digest


def test_a_paper_that_cannot_be_made_says_why(ground, client, monkeypatch):
    register, _, _, holder = ground
    client.force_login(holder)

    def refuse(document):
        raise PaperError("字体中没有“𰻞”字")

    monkeypatch.setattr("documents.rendering.pdf.render", refuse)
    answer = client.get(reverse("paper_pdf", args=[register.pk, "form1"]))
    assert answer.status_code == 409
    assert "字体中没有" in answer.content.decode()
    assert not Event.objects.filter(verb="paper.print").exists()


def test_a_paper_too_long_to_wait_for_is_refused_with_a_sentence_and_still_a_workbook(ground, client, monkeypatch):
    register, _, _, holder = ground
    client.force_login(holder)
    monkeypatch.setattr(papers, "MOST_ROWS", 0)
    answer = client.get(reverse("paper_pdf", args=[register.pk, "form1"]))
    assert answer.status_code == 409
    assert "请下载电子表格" in answer.content.decode()
    assert client.get(reverse("paper_xlsx", args=[register.pk, "form1"])).status_code == 200


@pytest.mark.parametrize("name", ["paper_html", "paper_xlsx", "paper_pdf"])
def test_a_foreign_register_and_an_unknown_form_are_not_found(ground, client, name):
    register, _, _, holder = ground
    stranger = factories.appoint(factories.make_post(factories.make_section(factories.make_bureau("县水务局"))))
    client.force_login(stranger)
    assert client.get(reverse(name, args=[register.pk, "form1"])).status_code == 404
    client.force_login(holder)
    assert client.get(reverse(name, args=[register.pk, "form2"])).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICE, Role.DISCIPLINE])
def test_those_who_view_registers_may_take_papers(ground, client, role):
    register, _, bureau, _ = ground
    client.force_login(factories.grant(role, bureau))
    assert client.get(reverse("paper_xlsx", args=[register.pk, "form4"])).status_code == 200


def test_the_page_takes_few_queries(ground, client, django_assert_max_num_queries):
    register, _, _, holder = ground
    client.force_login(holder)
    with django_assert_max_num_queries(20):
        client.get(reverse("paper_html", args=[register.pk, "form1"]))
