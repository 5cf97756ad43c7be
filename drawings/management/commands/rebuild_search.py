"""Make the index of the public search for units anew: ``manage.py rebuild_search``.

For a database whose triggers somebody dropped: until then what was written is not found, or still found.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from drawings.models import SearchText, search_index


class Command(BaseCommand):
    help = "Make the index of the public search for units anew, with its triggers."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        for name in search_index.missing(connection):
            self.stdout.write(f"缺少触发器 {name}，现在重新安装。")
        search_index.rebuild(connection)
        self.stdout.write(f"查单位的索引已经重建：{SearchText.objects.count()} 条。")
