"""The tables of the log, and triggers that keep them append-only."""

from django.db import migrations, models

TABLES = ("evidence_logentry", "evidence_lognode", "evidence_signedcheckpoint")


def forbid_changes(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'the evidence log is append-only'; END $$"
        )
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            if vendor == "postgresql":
                body = "EXECUTE FUNCTION evidence_refuse()"
            else:
                body = "BEGIN SELECT RAISE(ABORT, 'the evidence log is append-only'); END"
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {body}"
            )


def allow_changes(apps, schema_editor):
    for table in TABLES:
        for verb in ("update", "delete"):
            ending = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}{ending}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaf", models.BinaryField()),
                ("kind", models.CharField(max_length=32)),
                ("promise", models.CharField(max_length=64, null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["promise", "index"], name="log_by_promise")]
            },
        ),
        migrations.CreateModel(
            name="LogNode",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(forbid_changes, allow_changes),
    ]
