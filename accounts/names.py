"""One spelling of each user name: variants in case, width, blanks and composition are the same name for everybody."""

import unicodedata

from django.db import models

LONGEST = 60


def canonical(name: str) -> str:
    """The one spelling: compatibility forms, case and blanks made alike; signs that nobody sees are gone."""
    while True:
        text = unicodedata.normalize("NFKC", name).casefold().lower()
        # Cc, Cf: control and format signs, as zero-width blanks; Z*: blanks of every kind.
        text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Zs", "Zl", "Zp"))
        text = unicodedata.normalize("NFKC", text)
        if text == name:
            return text
        name = text


class UserNameField(models.CharField):
    """Every value goes to the database in its one spelling, also in bulk and as a value that is searched for.

    Together with ``unique`` no two variants of a name can stand in the table, whoever writes them through the ORM.
    """

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return canonical(value) if isinstance(value, str) else value

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        if isinstance(value, str):
            setattr(instance, self.attname, canonical(value))
        return super().pre_save(instance, add)
