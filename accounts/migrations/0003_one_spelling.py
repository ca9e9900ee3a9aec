"""No two spellings of a user name, whoever writes them; a file of its own, since PostgreSQL changes rows or tables."""

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in")]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username", Lower("username"))),
                name="user_name_one_spelling",
            ),
        ),
    ]
