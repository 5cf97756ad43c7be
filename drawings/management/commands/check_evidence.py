"""Hold the files of photos and PDFs against their rows, both ways: ``manage.py check_evidence``, exit status 0 or 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from drawings.inspections.evidence import kept_files


class Command(BaseCommand):
    help = (
        "Read every photo and PDF of the visits, compare their digests, and name files that belong to no row."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete-strays", action="store_true", help="delete the files of no row")

    def handle(self, *, delete_strays: bool, **options: Any) -> None:
        found = kept_files.compare()
        for fault in found.faults:
            self.stdout.write(f"不通过：{fault}")
        for name in found.strays:
            if delete_strays:
                kept_files.files().delete(name)
            self.stdout.write(f"{'已删除' if delete_strays else '多出'}：没有登记的文件 {name}")
        self.stdout.write(
            f"结论：核对 {found.checked} 个文件，{len(found.faults)} 处不符，{len(found.strays)} 个没有登记"
        )
        if found.faults:
            raise CommandError("有证据文件丢失或者改动过。请保全存储，从备份里找回，并报告负责人。")
