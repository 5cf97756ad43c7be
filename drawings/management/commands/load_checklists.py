from typing import Any

from django.core.management.base import BaseCommand, CommandError

from drawings.checklists.shipped import add_shipped
from drawings.states import Refused


class Command(BaseCommand):
    help = "载入随系统提供的检查清单：缺的补上，已有的一个字也不改。先载入 law。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = add_shipped()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for version in added if options["verbosity"] else ():
            self.stdout.write(f"已加上：{version}（{version.points.count()} 项）")
        if not added and options["verbosity"]:
            self.stdout.write("随系统提供的清单都已经有了，没有改动。")
