"""What openpyxl itself reads of a workbook may declare no document type, and with it no entities."""

import re

import openpyxl
import pytest
from test_hostile_files import BILLION_LAUGHS, COLUMNS, rebuilt, said

from wugang_audit.spreadsheets.reader import read_table

ENTITIES = {
    "inner": b'<!DOCTYPE workbook [<!ENTITY e "expanded">]>',
    "outer": b'<!DOCTYPE workbook [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "outer parameter": b'<!DOCTYPE workbook [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
    "billion laughs": BILLION_LAUGHS.partition(b"?>")[2],
}
LISTS = ["xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"]


def with_entity(part, prolog, encoding, mention):
    def change(name, data):
        if name != part:
            return data
        text = re.sub(r"^<\?xml[^>]*\?>", "", data.decode()).replace('name="Sheet"', f'name="{mention}"')
        return f'<?xml version="1.0" encoding="{encoding}"?>{prolog.decode()}{text}'.encode(encoding)

    return rebuilt(change)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", LISTS)
@pytest.mark.parametrize("prolog", ENTITIES.values(), ids=ENTITIES)
def test_entities_in_what_openpyxl_reads_are_refused_before_it_does(prolog, part, encoding):
    hostile = with_entity(part, prolog, encoding, "&e;")
    assert said(hostile) == ["文件中含有工作簿不该有的 XML 实体定义，为安全起见不读取"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_of_sheets_without_a_document_type_is_read_in_both_encodings(encoding):
    table = read_table(with_entity("xl/workbook.xml", b"", encoding, "名录"), COLUMNS)
    assert (table.faults, len(table.rows)) == ([], 1)


def test_where_lxml_is_missing_openpyxl_reads_with_defusedxml():
    assert openpyxl.DEFUSEDXML is True
