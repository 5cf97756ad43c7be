"""Reads hostile, broken and very large files, each in a process of its own: how much time, how much memory, what is said.

    python tests/benchmarks/bench_hostile.py [PART OF A NAME ...]

Prints for each file its size, the seconds of CPU time (of the process that converts other formats too) and the peak memory of reading it and of giving it back marked (Python and
Django included, some 60 MB), and what the clerk is told. More than 10 s or 250 MB is a failure.
"""

import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
MOST_SECONDS, MOST_MB = 10, 250
HEADER = ["污染源编码", "单位名称", "监管类别", "行业代码"]
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


# --- what the files are made of ---------------------------------------------------------------------------------
def letter(position: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(position)


def row(number: int, values, start: int = 1) -> str:
    cells = (
        f'<c r="{letter(at)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for at, value in enumerate(values, start)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def book(rows=(), *, header=HEADER, tail: str = "", prolog: str = "", parts=(), gone=(), names=()) -> bytes:
    """A workbook whose sheet is written row by row."""
    import openpyxl
    from workbooks import parts_of, saved

    whole = {name: data for name, data in parts_of(saved(openpyxl.Workbook())).items() if name not in gone}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in (whole | dict(parts)).items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, data)
        if parts or tail:  # noise, so that the file does not give itself away by how much it shrinks
            archive.writestr("xl/calcChain.xml", random.Random(7).randbytes(1_500_000))
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f'{prolog}<worksheet xmlns="{NAMESPACE}"><sheetData>{row(1, header)}'.encode())
            for piece in rows:
                stream.write(piece.encode())
            stream.write(f"</sheetData>{tail}</worksheet>".encode())
    return buffer.getvalue()


def units(count: int, start: int = 2):
    return (row(n, (f"410481-{n:07}", f"{n}厂", "一般", "2669")) for n in range(start, start + count))


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def styles(count: int) -> bytes:
    xf = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    plain = '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    named = "".join(f'<cellStyle name="样式{n}" xfId="{n}"/>' for n in range(count))
    return (
        f'<styleSheet xmlns="{NAMESPACE}">{plain}<cellStyleXfs>{xf * count}</cellStyleXfs>'
        f"<cellXfs>{xf * count}</cellXfs><cellStyles>{named}</cellStyles></styleSheet>"
    ).encode()


def strings(items: str) -> dict[str, bytes]:
    from workbooks import as_excel, parts_of

    parts = parts_of(as_excel(book()))
    kept = ("[Content_Types].xml", "xl/_rels/workbook.xml.rels")
    return {name: parts[name] for name in kept} | {
        "xl/sharedStrings.xml": f'<sst xmlns="{NAMESPACE}">{items}</sst>'.encode()
    }


def bloated(name: str, piece: str, closing: str, times: int) -> bytes:
    """A workbook in which a piece is repeated before a closing tag of one of its parts."""
    from workbooks import parts_of

    whole = parts_of(book())[name]
    if closing.endswith("/>"):
        data = whole.replace(closing.encode(), f"{closing[:-2]}>{piece * times}</{closing[1:-2]}>".encode())
    else:
        data = whole.replace(closing.encode(), (piece * times + closing).encode())
    assert len(data) > len(whole)
    return book(units(3), parts={name: data})


LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CSV = ",".join(HEADER) + "\n"
MIB = 1024 * 1024
FILES = {
    ".xls or .et": lambda: OLE + b"\0" * 10 * MIB,
    ".xls of nothing": lambda: OLE + "Workbook\0".encode("utf-16-le") + b"\0" * 10 * MIB,
    ".xlsb, XFD1048576": lambda: xlsb_corner(),
    ".ods of 20,000 full rows": lambda: ods(ods_row(20) * 20_000, noise=True),
    ".ods of 90,000 full rows": lambda: ods(ods_row(20) * 90_000, noise=True),
    ".ods, one row a million times": lambda: ods(ods_row(20, "table:number-rows-repeated='1048576'")),
    ".ods, one cell 16,384 times": lambda: ods(ods_row(1, cell="table:number-columns-repeated='16384'") * 100_000, noise=True),
    ".ods of empty rows": lambda: ods("<table:table-row><table:table-cell/></table:table-row>" * 1_000_000, noise=True),
    ".ods, a text of 90 MB": lambda: ods(ods_row(1, text="说" * 30_000_000), noise=True),
    ".ods, 3,000,000 merges": lambda: ods(ods_row(1, cell="table:number-columns-spanned='2'") * 1_000_000, noise=True),
    "one string of 1 MB in 12,000 cells": lambda: referred("a" * MIB, 3_000),
    "one string of 32,000 in 400,000 cells": lambda: referred("说" * 32_000, 100_000),
    "strings with spaces": lambda: referred("é" + " " * 31_000, 300),
    "strings with thousands of marks": lambda: referred("é" + "\u0301\u0327" * 15_000, 300),
    "strings of line ends": lambda: referred("厂\n" * 16_000, 300),
    "40,000,000 different characters": lambda: referred("é　" * 245, 19_000, 500),
    "nested 1,000,000 deep": lambda: book(["<a>" * 1_000_000], parts={"xl/x.xml": b""}),
    "200,000 conditional formats": lambda: book(units(9), tail=
        "<conditionalFormatting sqref='A1'><cfRule type='expression' priority='1'><formula>1</formula></cfRule>"
        "</conditionalFormatting>" * 200_000),
    "with a password": lambda: OLE + b"\0" * MIB + "EncryptedPackage".encode("utf-16-le") + b"\0" * 10 * MIB,
    ".xlsb": lambda: book(units(9), parts={"xl/workbook.bin": b"x" * MIB}),
    ".xlsm": lambda: book(units(9), parts={"xl/vbaProject.bin": b"x" * MIB}),
    "HTML named .xls": lambda: b"<html><table>" + b"<tr><td>1</td></tr>" * 500_000,
    "zip cut off": lambda: cut(book(units(100_000))),
    "bomb of spaces": lambda: book([" " * (150 * MIB)]),
    "bomb of rows": lambda: book([f'<row r="{n}"/>' for n in range(2, 1_048_577)] * 8),
    "bomb in a picture": lambda: book(units(9), parts={"xl/media/image1.png": b"\0" * 900 * MIB}),
    "XFD1048576": lambda: book([*units(9), row(1_048_576, ["x"], 16_384)]),
    "a million rows": lambda: book(units(1_000_000)),
    "a million blank rows": lambda: book(
        [*units(9), *(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(11, 1_000_000))]
    ),
    "100,000 rows": lambda: book(units(100_000)),
    "300 columns": lambda: book(
        (row(n, [f"410481-{n}", f"{n}厂", "一般", "2669", *range(296)]) for n in range(2, 10_000)),
        header=[*HEADER, *(f"列{n}" for n in range(296))],
    ),
    "16,384 columns": lambda: book(row(n, range(16_384)) for n in range(2, 60)),
    "entities": lambda: book(["<row r='2'><c r='A2' t='inlineStr'><is><t>&c;</t></is></c></row>"], prolog=LAUGHS),
    "entity of a file": lambda: book(["<row r='2'><c t='inlineStr'><is><t>&a;</t></is></c></row>"], prolog=OUTSIDE),
    "100,000 merges": lambda: book(
        units(100_000), tail="<mergeCells>" + "".join(f'<mergeCell ref="E{n}:F{n}"/>' for n in range(2, 100_002))
        + "</mergeCells>"),
    "too many merges": lambda: book(
        units(9), tail="<mergeCells>" + "".join(f'<mergeCell ref="E{n}:F{n}"/>' for n in range(2, 200_002))
        + "</mergeCells>"),
    "merged whole sheet": lambda: book(units(9), tail='<mergeCells><mergeCell ref="A12:XFD1048576"/></mergeCells>'),
    "65,000 styles": lambda: book(units(9), parts={"xl/styles.xml": styles(65_000)}),
    "12 MB of styles": lambda: book(units(9), parts={
        "xl/styles.xml": f'<styleSheet xmlns="{NAMESPACE}"><cellXfs>{"<xf/>" * 2_000_000}</cellXfs></styleSheet>'}),
    "10 MB of names": lambda: bloated(
        "xl/workbook.xml", "<definedName name='a'>A1</definedName>", "<definedNames/>", 250_000),
    "30,000 names": lambda: bloated(
        "xl/workbook.xml", "<definedName name='a'>A1</definedName>", "<definedNames/>", 29_000),
    "10 MB of sheets": lambda: bloated(
        "xl/workbook.xml", "<sheet name='a' sheetId='9' r:id='rId1'/>", "</sheets>", 200_000),
    "10 MB of part types": lambda: bloated(
        "[Content_Types].xml", "<Override PartName='/x' ContentType='y'/>", "</Types>", 200_000),
    "10 MB of relations": lambda: bloated(
        "xl/_rels/workbook.xml.rels", "<Relationship Id='x' Type='y' Target='z'/>", "</Relationships>", 200_000),
    "100 MB of properties": lambda: bloated(
        "docProps/core.xml", "<row><a/><a/><a/><a/></row>", "</cp:coreProperties>", 4_000_000),
    "2,000,000 strings": lambda: book(units(9), parts=strings("".join(f"<si><t>{n}</t></si>" for n in range(2_000_000)))),
    "46 MB of strings": lambda: book(units(9), parts=strings("".join(
        f"<si><t>{n}{'厂' * 300}</t></si>" for n in range(50_000)))),
    "a text of 90 MB": lambda: book([row(2, ["1-1", "说" * 30_000_000, "一般", "2669"])], parts={"xl/x.xml": b""}),
    "a text of 30 MB": lambda: book([row(2, ["1-1", "说" * 10_000_000, "一般", "2669"])], parts={"xl/x.xml": b""}),
    "235,000 cells to mark": lambda: book(
        (row(n, [f"410481-{n}", "？", "一般", "2669", *range(20)]) for n in range(2, 9_790)),
        header=[*HEADER, *(f"列{n}" for n in range(20))]),
    "a string of 45 MB": lambda: book(units(9), parts=strings(f"<si><t>{'说' * 15_000_000}</t></si>")),
    "an attribute of 90 MB": lambda: book([f'<row r="2" x="{"x" * 90_000_000}"/>'], parts={"xl/x.xml": b""}),
    "a comment of 90 MB": lambda: book([f"<!--{'<x>' * 30_000_000}-->"], parts={"xl/x.xml": b""}),
    "20 sheets": lambda: twenty_sheets(),
    "28 faults in each of 30,000 rows": lambda: faulty(30_000),
    "4 faults in each of 100,000 rows": lambda: book(
        row(n, ("？！", "1", "其它", "9999")) for n in range(2, 100_002)),
    "long texts": lambda: book(
        (row(n, (f"410481-{n}", f"{n}厂", "一般", "2669", f"{n}" + "说" * 490)) for n in range(2, 70_000)),
        header=[*HEADER, "备注"]),
    "CSV of commas": lambda: (CSV + "," * 19 * MIB).encode(),
    "CSV of line ends": lambda: (CSV + "\n" * 19 * MIB).encode(),
    "CSV of quotation marks": lambda: (CSV + '"' * 19 * MIB).encode(),
    "CSV of wide rows": lambda: (CSV + ("," * 16_000 + "\n") * 1_200).encode(),
    "CSV of 20 MB": lambda: (CSV + "".join(f"410481-{n},{n}厂,其它,2669,{'说' * 60}\n" for n in range(90_000))).encode(),
    "CSV in UTF-16": lambda: (CSV + "".join(f"410481-{n},{n}厂,一般,2669\n" for n in range(99_000))).encode("utf-16"),
}  # fmt: skip


def referred(text: str, rows: int, strings_: int = 1) -> bytes:
    """A workbook in which few texts stand in very many cells."""
    items = "".join(f"<si><t>{n}{text}</t></si>" for n in range(strings_))
    cells = "".join(f'<c r="{letter(at)}{{0}}" t="s"><v>{{1}}</v></c>' for at in range(1, 5))
    lines = (f'<row r="{n}">{cells.format(n, n % strings_)}</row>' for n in range(2, rows + 2))
    return book(lines, parts=strings(items))


def xlsb_corner() -> bytes:
    import xlsb

    return xlsb.corner()


def ods_row(cells: int, more: str = "", cell: str = "", text: str = "一厂") -> str:
    one = f"<table:table-cell office:value-type='string' {cell}><text:p>{text}</text:p></table:table-cell>"
    return f"<table:table-row {more}>{one * cells}</table:table-row>"


def ods(rows: str, *, noise: bool = False) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{name}"' for name in ("office", "table", "text"))
    begin = f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='s'>"
    head = (
        ods_row(1, text=HEADER[0]).replace("</table:table-row>", "")
        + "".join(f"<table:table-cell><text:p>{name}</text:p></table:table-cell>" for name in HEADER[1:])
        + "</table:table-row>"
    )
    end = "</table:table></office:spreadsheet></office:body></office:document-content>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", begin + head + rows + end)
        if noise:
            archive.writestr("Thumbnails/x", random.Random(7).randbytes(1_500_000))
    return buffer.getvalue()


def twenty_sheets() -> bytes:
    """Twenty sheets that all could be the list."""
    import openpyxl
    from workbooks import packed, parts_of, saved

    made = openpyxl.Workbook()
    for number in range(19):
        made.create_sheet(f"表{number}")
    sheet = parts_of(book(units(20_000)))["xl/worksheets/sheet1.xml"]
    parts = parts_of(saved(made))
    return packed(parts | {name: sheet for name in parts if name.startswith("xl/worksheets/sheet")})


def faulty(count: int) -> bytes:
    os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"
    import django

    django.setup()
    from sources.columns import COLUMNS

    wrong = [
        cell if column.required else "说" * 600 for column, cell in zip(COLUMNS, ["？"] * 99, strict=False)
    ]
    wrong = [value if len(value) < 9 else "？" * 30 for value in wrong]
    return book((row(n, wrong) for n in range(2, count + 2)), header=[column.header for column in COLUMNS])


# --- reading one of them ----------------------------------------------------------------------------------------
def read_one(path: str) -> None:
    """Read the file, and give it back marked; print what it took as JSON."""
    import logging

    os.environ["DJANGO_SETTINGS_MODULE"] = "wugang_audit.settings"
    import django

    django.setup()
    logging.disable()
    from sources.columns import COLUMNS
    from wugang_audit.spreadsheets.error_workbook.in_layout import marked
    from wugang_audit.spreadsheets.errors import Unreadable
    from wugang_audit.spreadsheets.reader import read_table

    content = Path(path).read_bytes()
    told = {}
    start = cpu()
    table = read_table(content, COLUMNS)
    told["read"] = cpu() - start, peak()
    told["said"] = f"{len(table.rows)} rows, {len(table.faults)} faults: " + "".join(
        map(str, table.faults[:1])
    )
    faults, header = table.sorted_faults(), table.header_row
    del table
    if any(fault.row for fault in faults):
        start = cpu()
        try:
            marked(content, faults, keep_above=header)
        except Unreadable as error:
            told["said"] += f" (not given back: {error.problem})"
        told["marked"] = cpu() - start, peak()
    print(json.dumps(told, ensure_ascii=False))


def cpu() -> float:
    """Return the seconds of CPU that this process took, with those of children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak() -> float:
    """Return the most memory held so far in MB; what getrusage says would include the process that started this."""
    return int(re.search(r"VmHWM:\s*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024


def main(wanted: list[str]) -> int:
    failed = 0
    for name, make in FILES.items():
        if wanted and not any(part in name for part in wanted):
            continue
        with tempfile.NamedTemporaryFile() as file:
            content = make()
            file.write(content)
            file.flush()
            size = len(content) / MIB
            del content
            done = subprocess.run(
                [sys.executable, __file__, "--one", file.name], capture_output=True, text=True, check=False
            )
        if done.returncode:
            failed += 1
            print(f"{name:34} {size:5.1f} MB  DIED  {done.stderr.strip().splitlines()[-1:]}", flush=True)
            continue
        told = json.loads(done.stdout.strip().splitlines()[-1])
        took = [told[step] for step in ("read", "marked") if step in told]
        bad = any(seconds > MOST_SECONDS or mb > MOST_MB for seconds, mb in took)
        failed += bad
        shown = " ".join(f"{seconds:6.2f} s {mb:4.0f} MB" for seconds, mb in took).ljust(33)
        print(f"{name:34} {size:5.1f} MB {shown} {'TOO MUCH ' * bad}{told['said'][:230]}", flush=True)
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        read_one(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
