"""What the import commands share: a line for each fault and exit status 1, or one line of summary."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ..spreadsheets.detector import ColumnMapping
from ..spreadsheets.xlsx.guard import MAX_FILE
from .importer import Importer
from .jobs import remembered
from .preview import Faulty, Preview


class ImportCommand(BaseCommand):
    """``manage.py import_… FILE``: all or nothing. Whatever the file is, there is no traceback."""

    importer: type[Importer]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook (.xlsx) or CSV file")
        parser.add_argument("--sheet", default="", help="the sheet to read, if several could be the list")
        parser.add_argument(
            "--with-renames",
            action="store_true",
            help="let renames, changes of class and new rows under a name that is there already count too",
        )

    def handle(self, *, file: Path, sheet: str, with_renames: bool, **options: object) -> None:
        try:
            with file.open("rb") as stream:
                content = stream.read(MAX_FILE + 1)
        except FileNotFoundError:
            raise CommandError(f"没有这个文件：{file}") from None
        except OSError as error:
            raise CommandError(f"文件打不开：{file}({error.strerror})") from None
        importer = self.importer()
        table = importer.read_workbook(content, ColumnMapping(sheet=sheet, synonyms=remembered(importer)))
        if table.rivals:
            listed = "、".join(table.rivals)
            raise CommandError(f"有几张工作表可能是名录：{listed}。请用 --sheet 指定一张；什么都没有写入。")
        try:
            preview = importer.apply(
                content, file.name, None, ticked=None if with_renames else (), table=table
            )
        except Faulty as refused:
            self._list(refused.preview)
            raise CommandError(
                f"{file.name} 有 {len(refused.preview.faults)} 处错误，什么都没有写入。改好后再导入。"
            ) from None
        for notice in preview.notices:
            self.stdout.write(f"提示：{notice}")
        for line in preview.left:
            self.stdout.write(f"没有算数：{line}")
        if preview.refused:
            self.stdout.write(
                f"共 {preview.refused} 处保持名录原样；核对后加 --with-renames 再导入一次，就算数。"
            )
        self.stdout.write(f"{preview.summary}。")

    def _list(self, preview: Preview) -> None:
        for fault in preview.faults:
            self.stderr.write(str(fault))
