"""What customers keep here: names and contents rest sealed under the account's own key.

Plain columns hold what the database has to sort, count and constrain by: ids, instants, sizes, and
keyed digests of names (`trustkeep.vault.fields.blind_indexes`) that tell nothing without the key.
``generation`` is the account's at the moment of writing (`trustkeep.holdings.entering`).
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from trustkeep.accounts.models import Account
from trustkeep.kernel.ids import new_id


class Held(models.Model):
    """What all rows of customers have in common."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    generation = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Folder(Held):
    """A folder; one without a parent lies at the top. ``trash_id`` says what was thrown with it."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    sealed = models.BinaryField()
    name_index = models.CharField(max_length=64)
    trashed_at = models.DateTimeField(null=True)
    trash_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_index"],
                condition=Q(trashed_at__isnull=True),
                name="folder_name_once",
            ),
            models.UniqueConstraint(
                fields=["account", "name_index"],
                condition=Q(parent__isnull=True, trashed_at__isnull=True),
                name="folder_name_once_at_top",
            ),
        ]


class File(Held):
    """A file under its name; ``current`` is the version that counts, and its sealed object."""

    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, null=True, related_name="files")
    sealed = models.BinaryField()
    name_index = models.CharField(max_length=64)
    current = models.UUIDField()
    number = models.PositiveIntegerField(default=1)
    size_bytes = models.PositiveBigIntegerField()
    changed_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)
    trash_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "name_index"],
                condition=Q(trashed_at__isnull=True),
                name="file_name_once",
            ),
            models.UniqueConstraint(
                fields=["account", "name_index"],
                condition=Q(folder__isnull=True, trashed_at__isnull=True),
                name="file_name_once_at_top",
            ),
        ]


class FileVersion(Held):
    """One content of a file, for good; its id names the sealed object."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_version_once")]


class Collection(Held):
    """Records of one kind, as the customer names it."""

    sealed = models.BinaryField()
    name_index = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "name_index"], name="collection_name_once")
        ]


class Record(Held):
    """One JSON object of a collection; ``number`` counts its changes."""

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="records")
    sealed = models.BinaryField()
    number = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["collection", "made_at"], name="record_by_collection")]


class Upload(Held):
    """A file that arrives in pieces; ``size_bytes`` is what it will have in the end."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, null=True, related_name="+")
    sealed = models.BinaryField()
    size_bytes = models.PositiveBigIntegerField()
    arrived = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(arrived__lte=F("size_bytes")), name="upload_not_beyond_its_size"
            )
        ]


class UploadPart(models.Model):
    """One piece that has arrived; its id names the sealed object."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="upload_part_once")
        ]


class ShareLink(Held):
    """A way to one file for somebody without a sign-in; of its secret rests only the digest.

    ``opened`` counts downloads, of which there are at most ``most_opened`` where that is given.
    """

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    most_opened = models.PositiveIntegerField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "made_at"], name="share_link_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="share_link_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(most_opened__isnull=True) | Q(opened__lte=F("most_opened")),
                name="share_link_not_beyond_its_limit",
            ),
        ]


class Export(Held):
    """Everything given back once; ``sealed`` keeps the archive's digest and for whom it was."""

    sealed = models.BinaryField()
    finished_at = models.DateTimeField(null=True)
    files = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)


class AccessNote(Held):
    """Somebody of the provider's staff looked: who, at what and why, for the customer to read.

    ``look`` joins what was opened under one given reason; ``made_by`` is the user of the staff.
    """

    look = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["account", "made_at"], name="access_note_by_time")]
