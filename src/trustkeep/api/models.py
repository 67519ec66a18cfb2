"""What the API remembers: answers to requests that may come twice."""

from __future__ import annotations

from django.db import models

from trustkeep.identity.models import ApiToken


class KeptAnswer(models.Model):
    """The answer to a request with an idempotency key, kept while the request may come again.

    Only ids and numbers of what was made are kept, never what was sent: that is a digest.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    body = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key_digest"], name="kept_answer_key_once")
        ]
