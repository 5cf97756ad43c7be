"""What a row of a history records: simple-history's own signs, and what the pages call them."""

from django.db import models


class HistoryKind(models.TextChoices):
    """The ``history_type`` of a history row."""

    CREATED = "+", "新增"
    CHANGED = "~", "修改"
    DELETED = "-", "删除"
