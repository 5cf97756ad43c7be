"""What of a typed text can be dialled, and that the text itself stays as it was typed."""

import html
import re

import pytest
from house import ROOT
from hypothesis import given
from hypothesis import strategies as st

from wugang_audit.bureau import current
from wugang_audit.telephone import telephone

LINK = re.compile('<a class="nowrap" href="tel:([^"]*)">([^<]*)</a>')


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("0375-7000000", [("03757000000", "0375-7000000")]),
        ("12345（政务服务便民热线）", [("12345", "12345")]),
        ("138 0000 0000", [("13800000000", "138 0000 0000")]),
        ("１３８００００００００", [("13800000000", "１３８００００００００")]),
        ("+86 375 7000000", [("+863757000000", "+86 375 7000000")]),
        ("（0375）7000000转801", [("03757000000,801", "0375）7000000转801")]),
        ("0375-7000000-801", [("03757000000,801", "0375-7000000-801")]),
        ("7000000 分机 12", [("7000000,12", "7000000 分机 12")]),
        ("7000000#9", [("7000000,9", "7000000#9")]),
        ("13800000000/0375-7000000", [("13800000000", "13800000000"), ("03757000000", "0375-7000000")]),
        ("7000000 7000001", [("7000000", "7000000"), ("7000001", "7000001")]),
        ("王某13800000000、李某13900000000", [("13800000000", "13800000000"), ("13900000000", "13900000000")]),
        ("400-700-0000", [("4007000000", "400-700-0000")]),
        ("110", [("110", "110")]),
    ],
)  # fmt: skip
def test_what_can_be_dialled_is_a_link(typed, links):
    assert LINK.findall(telephone(typed)) == links
    assert LINK.sub(r"\2", telephone(typed)) == typed


@pytest.mark.parametrize(
    "typed",
    ["", "电话待查", "138****0000", "1380000000", "138000000001", "8 号楼 203", "微信 a13800000000", "13800000000@example.com", "转801", "000"],
)  # fmt: skip
def test_what_cannot_be_dialled_is_no_link(typed):
    assert telephone(typed) == typed


def test_a_text_is_never_markup():
    assert telephone('<b onclick="x">7000000</b>') == (
        '&lt;b onclick=&quot;x&quot;&gt;<a class="nowrap" href="tel:7000000">7000000</a>&lt;/b&gt;'
    )


@given(st.text(st.sampled_from('0123456789+-（）() 　转分机#,，/王<&"１２*a')))
def test_an_address_has_only_digits_a_plus_and_commas_and_the_text_stays(typed):
    said = telephone(typed)
    assert all(re.fullmatch(r"\+?[0-9]+(,[0-9]+)?", address) for address, _ in LINK.findall(said))
    assert html.unescape(re.sub("<[^>]*>", "", said)) == typed


def test_the_number_of_the_bureau_is_dialled_without_the_words_behind_it(client, db):
    bureau = current()
    bureau.phone = "12345（政务服务便民热线）"
    bureau.save()
    assert (
        '<a class="nowrap" href="tel:12345">12345</a>（政务服务便民热线）' in client.get("/").content.decode()
    )


def test_no_template_makes_an_address_to_dial_by_itself():
    assert [
        path.name for path in (ROOT / "templates").rglob("*.html") if "tel:" in path.read_text("utf-8")
    ] == []
