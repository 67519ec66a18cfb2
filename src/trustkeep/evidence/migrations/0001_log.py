"""The tables of the log, and triggers that keep them append-only.

SQLite runs no DELETE trigger where INSERT OR REPLACE puts a row in another's place, so inserts are
guarded as well: an entry needs the next number, a node a free place, a checkpoint a larger size.
"""

from django.db import migrations, models

TABLES = ("evidence_logentry", "evidence_lognode", "evidence_signedcheckpoint")
REFUSAL = "the evidence log is append-only"
WRONG_INSERT = {
    "evidence_logentry": (
        'NEW."index" <> (SELECT COALESCE(MAX("index"), -1) + 1 FROM evidence_logentry)'
    ),
    "evidence_lognode": "EXISTS (SELECT 1 FROM evidence_lognode WHERE place = NEW.place)",
    "evidence_signedcheckpoint": (
        "EXISTS (SELECT 1 FROM evidence_signedcheckpoint WHERE size >= NEW.size)"
    ),
}


def forbid_changes(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    make = postgresql_triggers if on_postgresql else sqlite_triggers
    for table in TABLES:
        for statement in make(table):
            schema_editor.execute(statement)


def sqlite_triggers(table):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE"):
        yield f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}"
    wrong = WRONG_INSERT[table]
    yield f"CREATE TRIGGER {table}_only_adds BEFORE INSERT ON {table} WHEN {wrong} {refuse}"


def postgresql_triggers(table):
    refuse = f"RAISE EXCEPTION '{REFUSAL}'"
    body = f"IF TG_OP = 'INSERT' THEN IF {WRONG_INSERT[table]} THEN {refuse}; END IF;"
    yield (
        f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {body} RETURN NEW; END IF; {refuse}; END $$"
    )
    for event, each in (("INSERT OR UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        yield (
            f"CREATE TRIGGER {table}_guard_{each.lower()} BEFORE {event} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {table}_guard()"
        )


def allow_changes(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {table}_guard() CASCADE")
            continue
        for guard in ("no_update", "no_delete", "only_adds"):
            schema_editor.execute(f"DROP TRIGGER {table}_{guard}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField()),
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
