"""Enter in the log the seals that have ended by their date, and the audit trail's head; meant to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings.amendments import seals
from drawings.states import Refused


class Command(BaseCommand):
    help = "Log the end of each seal whose date has come."

    def handle(self, **options: Any) -> None:
        try:
            draws = seals.unseal_due()
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        for draw in draws:
            self.stdout.write(f"已解封：{draw.title}")
