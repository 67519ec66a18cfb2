"""Who vouched first for a clock that is doubted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0001_obligations"),
    ]

    operations = [
        migrations.AddField(
            model_name="clockmark",
            name="vouched_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clockmark",
            name="vouched_by",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
