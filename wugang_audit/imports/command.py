"""What the import commands share: a line for each fault and exit status 1, or one line of summary."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ..access.busy import importing
from ..spreadsheets.detector import ColumnMapping
from ..spreadsheets.xlsx.guard import MAX_FILE
from . import recipes
from .choices import remembered
from .entering import enter
from .importer import Importer
from .mending import Mended
from .models import ImportJob
from .preview import Faulty, Preview

REASON_TYPED = ImportJob._meta.get_field("reason").max_length


class ImportCommand(BaseCommand):
    """``manage.py import_… FILE``: all or nothing. Whatever the file is, there is no traceback."""

    importer: type[Importer]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook (.xlsx) or CSV file")
        parser.add_argument("--sheet", default="", help="the sheet to read, if several could be the list")
        parser.add_argument(
            "--same",
            action="append",
            default=[],
            metavar="COLUMN=TEXT",
            help="what is the same for all rows of a file that lacks the column, such as 监管类别=重点排污单位",
        )
        for each in self.importer.asked_with:
            parser.add_argument(f"--{each.option}", default="", metavar="TEXT", help=each.sentence)
        parser.add_argument(
            "--reason",
            default="",
            help="where the changes come from, for the history of each row (60 characters at most)",
        )
        parser.add_argument(
            "--with-renames",
            action="store_true",
            help="let renames, changes of class and new rows under a name that is there already count too",
        )

    def handle(
        self, *, file: Path, sheet: str, same: list[str], with_renames: bool, reason: str, **options: object
    ) -> None:
        try:
            with file.open("rb") as stream:
                content = stream.read(MAX_FILE + 1)
        except FileNotFoundError:
            raise CommandError(f"没有这个文件：{file}") from None
        except OSError as error:
            raise CommandError(f"文件打不开：{file}({error.strerror})") from None
        importer = self.importer()
        if importer.asks_why and not 0 < len(reason.strip()) <= REASON_TYPED:
            raise CommandError(
                f"请用 --reason 写明导入说明：这些变动从哪里来（不超过 {REASON_TYPED} 个字）。什么都没有写入。"
            )
        constants = _constants(importer, same)
        for each in importer.asked_with:
            if text := str(options.get(each.option) or "").strip():
                constants[each.attribute] = text
        corrections = Mended(constants=constants).corrections(recipes.remembered(importer))
        choice = ColumnMapping(sheet=sheet, synonyms=remembered(importer), corrections=corrections)
        table = importer.read_workbook(content, choice)
        if table.rivals and not sheet:
            listed = "、".join(table.rivals)
            raise CommandError(f"有几张工作表可能是名录：{listed}。请用 --sheet 指定一张；什么都没有写入。")
        try:
            with importing(), transaction.atomic():  # pages say so meanwhile, instead of waiting
                preview = importer.apply(
                    content,
                    file.name,
                    None,
                    reason=reason.strip(),
                    ticked=None if with_renames else (),
                    table=table,
                )
                if preview.differences:
                    enter(importer, file.name, content, preview, reason=reason.strip())
        except Faulty as refused:
            self._list(refused.preview)
            raise CommandError(
                f"{file.name} 有 {len(refused.preview.faults)} 处错误，什么都没有写入。改好后再导入。"
            ) from None
        for notice in preview.notices:
            self.stdout.write(f"提示：{notice}")
        for used in preview.applied:
            self.stdout.write(
                f"{used.how}：{used.header}“{used.found}”读作“{used.becomes or '（空）'}”，{used.count} 行"
            )
        for question in preview.questions:
            self.stdout.write(f"待补：“{question.value}”{question.problem}，{question.count} 行")
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


def _constants(importer: Importer, same: list[str]) -> dict[str, str]:
    """Return {attribute: text} of what was said of whole columns."""
    columns = {column.header: column.attribute for column in importer.columns}
    constants = {}
    for each in same:
        header, _, text = (part.strip() for part in each.partition("="))
        if header not in columns or not text:
            listed = "、".join(columns)
            raise CommandError(f"--same 要写成 列=内容，列是这些之一：{listed}。什么都没有写入。")
        constants[columns[header]] = text
    return constants
