"""The sample bureau, loaded once for all tests that look at it."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from lianzheng.sample import bureau
from registers.models import Cycle
from tests import factories


@pytest.fixture(scope="package")
def trial(django_db_setup, django_db_blocker):
    """The sample's finished cycle, loaded once; everything is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.make_scheme("s000")
        call_command("load_holidays", stdout=io.StringIO())
        bureau.load()
        yield Cycle.objects.select_related("scheme", "bureau").earliest("pk")
        transaction.set_rollback(True)
