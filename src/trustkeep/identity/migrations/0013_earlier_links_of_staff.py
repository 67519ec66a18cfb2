"""Links of the staff that were made before they took two people say so."""

from django.db import migrations


def mark(apps, schema_editor):
    identities = apps.get_model("identity", "Identity")
    earlier = identities.objects.filter(user__person__isnull=False, vouched_by="")
    users = list(earlier.values_list("pk", flat=True))
    identities.objects.filter(pk__in=users).update(of_staff=True, vouched_by="before")


class Migration(migrations.Migration):

    dependencies = [
        ("identity", "0012_links_take_two"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
