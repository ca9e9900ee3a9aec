"""The tables of fields leave nothing out: a new field of a model needs to be written down before anything passes."""

import pytest
from django.db import models

from drills.fields import tables
from registers.models import Register
from tests.matrix.addresses import patterns


def test_every_field_of_every_model_says_which_address_may_change_it():
    assert tables.writers()["Register", "state"] == {
        "issuance_new", "meeting_record", "register_send_back", "register_stop", "register_submit", "register_withdraw",
        "take_out",
    }  # fmt: skip


def test_only_addresses_that_there_are_may_change_a_field():
    named = {name for names in tables.writers().values() for name in names}
    assert named <= {pattern.name for pattern in patterns()}


def test_every_text_field_of_a_register_says_who_reads_it():
    assert tables.readers()["RiskPoint", "name"] == "readers"
    assert ("Decision", "key") not in tables.readers(), "keys of the program are no words"


@pytest.mark.parametrize("read", [tables.writers, tables.readers])
def test_a_field_without_a_row_is_an_error(read, monkeypatch):
    field = models.CharField(name="new_field", max_length=9)
    field.name = "new_field"
    new = {Register: [field]}
    monkeypatch.setattr(tables, "columns", lambda model: [*model._meta.concrete_fields, *new.get(model, [])])
    with pytest.raises(ValueError, match=r"Register\.new_field"):
        read.__wrapped__()
