"""Enter in the log the seals that have ended by their date; meant to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from drawings.amendments import seals


class Command(BaseCommand):
    help = "Log the end of each seal whose date has come."

    def handle(self, **options: Any) -> None:
        for draw in seals.unseal_due():
            self.stdout.write(f"已解封：{draw.title}")
