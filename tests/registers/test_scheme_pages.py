"""Each plan can be read in the browser, with which level is the gravest said plainly; the command names every fault."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from registers.models import Scheme
from registers.schemes import explain
from registers.schemes.store import spec_of
from tests import factories
from tests.small_scheme import small_scheme_text

pytestmark = pytest.mark.django_db
FILES = sorted((settings.BASE_DIR / "fixtures" / "schemes").glob("*.json"))


@pytest.fixture
def reader(client):
    client.force_login(factories.make_user())
    return client


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_plan_is_explained_to_everybody_who_is_signed_in(reader, file, django_assert_max_num_queries):
    call_command("load_scheme", str(file))
    scheme = Scheme.objects.get()
    spec = spec_of(scheme)
    with django_assert_max_num_queries(12):
        said = reader.get(reverse("scheme", args=[scheme.pk])).content.decode()
    for level in spec.levels:
        assert level.label in said
    for route in spec.routes:
        for step in route.steps:
            assert step.name in said
    for kind in spec.kinds:
        assert kind.name in said
    assert "本系统补充" in said


def test_the_direction_of_the_levels_is_said_in_words():
    assert explain.direction(spec_of(factories.make_scheme("s000"))).startswith("一级最重，三级最轻")
    assert explain.direction(spec_of(factories.make_scheme("s003"))).startswith("三级最重，一级最轻")


def test_the_list_names_versions_and_their_use(reader):
    factories.make_cycle(factories.make_bureau())
    said = reader.get(reverse("schemes")).content.decode()
    assert "小方案" in said
    assert "1个周期" in said


def test_nobody_reads_schemes_without_signing_in(client):
    assert client.get(reverse("schemes")).status_code == 302


def test_a_faulty_file_is_told_with_file_place_and_fault_and_nothing_is_loaded(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(small_scheme_text(), encoding="utf-8")
    bad.write_text(small_scheme_text(year="2012"), encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        call_command("load_scheme", str(good), str(bad))
    assert refusal.value.returncode == 1
    assert "bad.json：year：" in str(refusal.value)
    assert not Scheme.objects.exists()


def test_checking_loads_nothing(tmp_path, capsys):
    good = tmp_path / "good.json"
    good.write_text(small_scheme_text(), encoding="utf-8")
    call_command("load_scheme", str(good), "--check")
    assert "没有错误" in capsys.readouterr().out
    assert not Scheme.objects.exists()


def test_a_scheme_in_use_is_not_changed_under_its_users(tmp_path):
    factories.make_cycle(factories.make_bureau())
    changed = tmp_path / "changed.json"
    changed.write_text(small_scheme_text(name="改过的方案"), encoding="utf-8")
    with pytest.raises(CommandError, match="version 改为 2"):
        call_command("load_scheme", str(changed))
