from django.db import migrations


def find_homes(apps, schema_editor):
    """An account that was made before accounts had a home is at home where its owner holds a post, else a role."""
    User = apps.get_model("accounts", "User")
    found = {}
    for name, bureau in (("RoleGrant", "unit__bureau_id"), ("Appointment", "post__bureau_id")):
        rows = apps.get_model("registers", name).objects.filter(user__home_bureau__isnull=True)
        # The newest last, so that it counts; the posts after the roles.
        found |= dict(rows.order_by("starts_on", "pk").values_list("user_id", bureau))
    for user, bureau in found.items():
        User.objects.filter(pk=user).update(home_bureau=bureau)


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_second_person"), ("accounts", "0004_home_bureau")]

    operations = [migrations.RunPython(find_homes, migrations.RunPython.noop)]
