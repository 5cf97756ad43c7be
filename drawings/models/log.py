"""The public log (``log.tsv`` of draw/1): chained, append-only, one for the whole site."""

from django.db import models


class LogEntry(models.Model):
    """A row of ``log.tsv``; written by `append` alone, the database refuses any change."""

    index = models.PositiveBigIntegerField(unique=True)
    time = models.CharField(max_length=25)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=140)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ["index"]
        default_permissions = ()

    def __str__(self):
        return f"{self.index} {self.kind} {self.subject}"


# --- recomputing --------------------------------------------------------------------------------------------
