"""Search all texts that are public today for personal data: ``manage.py search_published``, exit status 0 or 1.

Worth running once after an update: what is new is searched before it is published, with the finder of its day.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings.published_texts import queries


class Command(BaseCommand):
    help = "List the public texts that hold what looks like personal data, neither marked nor hidden."

    def handle(self, **options: Any) -> None:
        lines = queries.of_lists()
        for year in queries.years():
            lines += queries.of_year(year)
        for line in lines:
            self.stdout.write(f"{line.where}，{line.found}。{line.advice}")
        if lines:
            raise CommandError(
                f"{len(lines)} 处公开的文字里像是有个人信息：请逐处核对，是个人信息的按上面写的办。"
            )
        self.stdout.write("公开的文字里没有发现个人信息。")
