"""What is owed when a contract ends, the steps to it, and what proves them."""

import django.db.models.deletion
import trustkeep.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_customers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClockMark",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("highest_at", models.DateTimeField()),
                ("doubted_since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="clock_mark_only_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trustkeep.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.CharField(default="account", max_length=8)),
                ("reference", models.CharField(blank=True, max_length=100)),
                ("cause", models.CharField(max_length=32)),
                ("request", models.CharField(blank=True, max_length=64)),
                ("generation", models.PositiveIntegerField(default=1)),
                ("commitment", models.BinaryField()),
                ("sealed", models.BinaryField(default=b"")),
                ("policy", models.JSONField(default=dict)),
                ("trusted_at", models.DateTimeField()),
                ("lock_by", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField()),
                ("done_by", models.DateTimeField()),
                ("stage", models.CharField(max_length=16)),
                ("stage_at", models.DateTimeField()),
                ("phase", models.PositiveSmallIntegerField(default=10)),
                ("hold_count", models.PositiveIntegerField(default=0)),
                ("plan_digest", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                ("locked_at", models.DateTimeField(null=True)),
                ("proved_at", models.DateTimeField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("key_destroyed_at", models.DateTimeField(null=True)),
                ("epoch", models.PositiveIntegerField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IssuedReceipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trustkeep.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=32)),
                ("issued_at", models.DateTimeField()),
                ("entry_index", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="lifecycle.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deed",
            fields=[
                ("entry_index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("body", models.JSONField()),
                ("salt", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deeds",
                        to="accounts.account",
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deeds",
                        to="lifecycle.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=16)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("by", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="lifecycle.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("counts", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=64)),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="lifecycle.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trustkeep.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("target", models.CharField(blank=True, max_length=100)),
                ("phase", models.PositiveSmallIntegerField()),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                ("outside", models.BooleanField(default=False)),
                ("destructive", models.BooleanField(default=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("state", models.CharField(default="due", max_length=16)),
                ("reason", models.CharField(blank=True, max_length=32)),
                ("trouble", models.CharField(blank=True, max_length=32)),
                ("next_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("misses", models.PositiveIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("lease_owner", models.CharField(blank=True, max_length=64)),
                ("lease_until", models.DateTimeField(null=True)),
                ("matched", models.PositiveBigIntegerField(null=True)),
                ("deleted", models.PositiveBigIntegerField(null=True)),
                ("remaining", models.PositiveBigIntegerField(null=True)),
                ("bytes", models.PositiveBigIntegerField(null=True)),
                ("told", models.JSONField(default=dict)),
                ("settled_at", models.DateTimeField(null=True)),
                ("entry_index", models.BigIntegerField(null=True)),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="lifecycle.obligation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trustkeep.kernel.ids.new_id, primary_key=True, serialize=False
                    ),
                ),
                ("store", models.CharField(blank=True, max_length=64)),
                ("basis", models.CharField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("review_date", models.DateField()),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.CharField(max_length=64)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=64)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="accounts.account",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at__isnull", True),
                            ("released_at__gte", models.F("placed_at")),
                            _connector="OR",
                        ),
                        name="hold_ends_after_it_began",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["stage", "done_by"], name="obligation_by_stage"),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(
                fields=("account", "scope", "reference", "generation"),
                name="obligation_generation_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("stage__in", ["cancelled", "closed", "reinstated"]), _negated=True
                ),
                fields=("account", "scope", "reference"),
                name="obligation_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_by__gt", models.F("not_before")),
                    ("not_before__gte", models.F("trusted_at")),
                ),
                name="obligation_times_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("purged", "closed")), _negated=True),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="obligation_purged_when_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreceipt",
            constraint=models.UniqueConstraint(fields=("obligation", "why"), name="receipt_once"),
        ),
        migrations.AddIndex(
            model_name="deed",
            index=models.Index(fields=["account", "at"], name="deed_by_time"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=("obligation", "what", "digest", "by"), name="approval_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                fields=("obligation", "digest"), name="plan_digest_once"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("state__in", ("due", "awaiting"))),
                fields=["next_at"],
                name="step_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                fields=("obligation", "kind", "target"), name="step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("remaining__isnull", True),
                    ("remaining", 0),
                    _connector="OR",
                ),
                name="step_done_leaves_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not-applicable"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_not_applicable_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease__isnull", True), ("lease_until__isnull", True)),
                    models.Q(("lease__isnull", False), ("lease_until__isnull", False)),
                    _connector="OR",
                ),
                name="step_lease_ends",
            ),
        ),
    ]
