"""The history of a row, dated by the site's clock."""

from django.db import models
from simple_history.models import HistoricalRecords

from .. import clock


class History(HistoricalRecords):
    """simple-history's records; it would ask for the machine's time, and the changes since a draw are found by these dates."""

    def create_historical_record(
        self, instance: models.Model, history_type: str, using: str | None = None
    ) -> None:
        if hasattr(instance, "_history_date"):
            return super().create_historical_record(instance, history_type, using)
        instance._history_date = clock.now()
        try:
            return super().create_historical_record(instance, history_type, using)
        finally:
            del instance._history_date
