"""Rare characters of names and places are drawn, not only readable, on every sort of paper; a form with a character
that no font has is refused with its place."""

import pytest

from documents.plates import printing as plates
from documents.plates.reading import plates_of
from documents.rendering import fonts, installed, official, pdf
from paper import MissingGlyph
from paper.official import Attachment, Letter
from registers.models import Post
from tests.documents.drawn import drawn
from tests.documents.handbooks import file_of, make_ground
from tests.documents.letters import table
from tests.documents.plate_world import in_force
from tests.paper.samples import form
from tests.world import make_world

RARE = "㛃䶮𬱖〇①Ⅲ〔〕"
NOBODY_HAS = "\ue000"


@pytest.fixture(params=["packaged", "system"])
def faces(request, monkeypatch, tmp_path):
    """With the fonts of bin/run, and on a machine that could not get them."""
    if request.param == "system":
        monkeypatch.setattr(installed, "PACKAGED", tmp_path)
    fonts._chain.cache_clear()
    yield request.param
    fonts._chain.cache_clear()


def letter(text: str = RARE) -> Letter:
    return Letter(
        issuer=f"东源县{text}局", number=f"东建发〔2026〕{text}号", signers=[text], title=f"关于{text}的报告",
        addressee=text, paragraphs=[text, f"一、{text}", f"（一）{text}"], note=text, copies_to=[text],
        attachments=[Attachment(text, [table()])],
    )  # fmt: skip


def test_a_form_draws_them(faces):
    data = pdf.render(form(2, title=f"表{RARE}", head=[("姓名", RARE)], footnote=RARE))
    assert set(RARE) <= drawn(data)


def test_a_letter_draws_them_in_every_face(faces):
    assert set(RARE) <= drawn(official.render(letter()))


@pytest.mark.django_db
def test_a_handbook_draws_them(faces):
    ground = make_ground()
    post = next(iter(ground.posts.values()))
    post.name, post.duties = f"{RARE}岗", f"负责{RARE}。"
    post.save()
    assert set(RARE) <= drawn(file_of("unit", ground.planning.pk, "pdf", ground.office))


@pytest.mark.django_db
def test_a_plate_draws_them(faces):
    world = make_world("s000", open_registers=False)
    post = world.posts["规划管理岗"]
    post.duties = f"负责{RARE}。"
    post.save()
    in_force(world.cycle, post)
    [plate] = plates_of(Post.objects.filter(pk=post.pk))
    assert set(RARE) <= drawn(plates.render([plate], size="a5"))


def test_a_blank_is_not_taken_for_a_drawn_character():
    said = drawn(official.render(letter("甲 乙")))
    assert {"甲", "乙"} <= said
    assert " " not in said


@pytest.mark.parametrize(
    "given, place",
    [
        ({"title": NOBODY_HAS}, "标题"),
        ({"paragraphs": [NOBODY_HAS]}, "正文第1段"),
        ({"copies_to": [NOBODY_HAS]}, "抄送机关"),
        ({"attachments": [Attachment(NOBODY_HAS)]}, "附件说明"),
    ],
)
def test_what_nobody_can_draw_is_refused_in_a_letter_with_its_place(given, place):
    with pytest.raises(MissingGlyph, match=f"^{place}.*U\\+E000"):
        official.render(Letter(**{"issuer": "局", "title": "报告", **given}))


def test_what_nobody_can_draw_is_refused_in_a_form_with_its_place():
    with pytest.raises(MissingGlyph, match="^表头“姓名”.*U\\+E000"):
        pdf.render(form(1, head=[("姓名", NOBODY_HAS)]))
