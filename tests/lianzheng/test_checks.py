"""No superuser and no Django admin: the checks fire where one is planted, and `check --deploy` runs them."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.sites import AdminSite
from django.contrib.auth.backends import BaseBackend
from django.core.checks import registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, models
from django.test import override_settings
from django.test.utils import isolate_apps
from django.urls import NoReverseMatch, clear_url_caches, path, reverse

from accounts.models import User
from drills.plumbing.template import sqlite_template
from lianzheng import checks
from tests.architecture.sources import ROOT

site = AdminSite()
urlpatterns = [path("admin/", site.urls)]
bare_view = [path("anything/", site.index)]


class Generous(BaseBackend):
    """Lets everybody do everything."""

    def has_perm(self, user_obj, perm, obj=None):
        return True


def ids(found) -> list[str]:
    return [message.id for message in found]


def test_nothing_is_wrong_as_it_is():
    assert checks.no_superuser(None) == []
    assert checks.no_django_admin(None) == []
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    assert not any(hasattr(User, name) for name in ("is_superuser", "is_staff", "user_permissions"))


def test_a_model_with_a_superuser_is_found(monkeypatch):
    with isolate_apps("accounts"):

        class Chief(models.Model):  # noqa: DJ008
            is_superuser = models.BooleanField(default=False)

            class Meta:
                app_label = "accounts"

        monkeypatch.setattr(apps, "get_models", lambda: [User, Chief])
        assert ids(checks.no_superuser(None)) == ["lianzheng.E001"]


@override_settings(AUTHENTICATION_BACKENDS=["tests.lianzheng.test_checks.Generous"])
def test_a_backend_that_gives_all_is_found():
    assert ids(checks.no_superuser(None)) == ["lianzheng.E001"]


@pytest.mark.django_db
def test_a_superuser_in_the_database_is_found():
    assert checks.no_superuser_in_database(None) == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE old_user (id integer PRIMARY KEY, is_superuser boolean)")
        cursor.execute("INSERT INTO old_user VALUES (1, TRUE), (2, FALSE)")
    (found,) = checks.no_superuser_in_database(None)
    assert found.id == "lianzheng.E001"
    assert "其中1行" in found.msg


def test_an_installed_admin_is_found(monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "django.contrib.admin")
    assert ids(checks.no_django_admin(None)) == ["lianzheng.E002"]


def test_a_mounted_admin_is_found_wherever_it_lies():
    for conf in (urlpatterns, bare_view):
        with override_settings(ROOT_URLCONF=tuple(conf)):
            clear_url_caches()
            assert ids(checks.no_django_admin(None)) == ["lianzheng.E002"]
    clear_url_caches()


@pytest.mark.django_db
def test_a_missing_trigger_is_found():
    assert checks.administrators_apart(None) == []
    table = "registers_rolegrant"
    name = f"apart_{table}" if connection.vendor == "postgresql" else f"apart_i_{table}"
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert ids(checks.administrators_apart(None)) == ["lianzheng.E003"]


@pytest.mark.django_db
@override_settings(AUTHENTICATION_BACKENDS=["tests.lianzheng.test_checks.Generous"])
def test_check_deploy_runs_them():
    registered = registry.registry.get_checks(include_deployment_checks=True)
    assert {check for check, _ in checks.ALWAYS + checks.DEPLOYED} <= set(registered)
    with pytest.raises(SystemCheckError, match=r"lianzheng\.E001"):
        call_command("check", "--deploy")


@pytest.mark.slow
def test_check_deploy_finds_nothing_with_the_settings_of_a_real_installation(tmp_path):
    shutil.copyfile(sqlite_template(), tmp_path / "lianzheng.sqlite3")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LIANZHENG_", "DJANGO_"))}
    real = {"LIANZHENG_DATA": str(tmp_path), "LIANZHENG_SECRET_KEY": "".join(map(chr, range(48, 122)))}
    real |= {"LIANZHENG_ALLOWED_HOSTS": "lzfk.example.gov.cn", "LIANZHENG_BEHIND_PROXY": "1"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    told = subprocess.run(command, cwd=ROOT, env=inherited | real, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    # It does fail where there is something to find.
    loose = inherited | real | {"LIANZHENG_TLS": "0"}
    told = subprocess.run(command, cwd=ROOT, env=loose, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "security.W004" in told.stderr


def test_every_silenced_check_is_explained():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"`(security\.W\d{3})`", text))) == sorted(settings.SILENCED_SYSTEM_CHECKS)
