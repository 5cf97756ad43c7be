"""Where answers to objections are public: beside the finding, and as a file with its dictionary; the sender's data nowhere."""

import csv
import io

import pytest

from drawings.inspections.aftercare import verbs
from drawings.models import Draw, Objection
from sources.models import PollutionSource

URL = "/results/files/objections.csv"
PUBLIC = {"goes_public": True, "public_text": "该单位认为炉号有误。", "answer": "已核实，结果已更正。"}


def content(stranger, url=URL):
    answer = stranger.get(url)
    assert answer.status_code == 200
    return b"".join(answer).decode("utf-8-sig")


def rows(stranger):
    return list(csv.DictReader(io.StringIO(content(stranger))))


def answer(row, reviewer, head, **given):
    made = verbs.answer(objection=row, actor=reviewer, **PUBLIC | given)
    verbs.confirm(objection=row, answer=made.pk, actor=head)
    return made


def finding(row):
    return f"/draws/{row.draw.code}/findings/{row.unit.number}/"


def test_what_was_answered_stands_beside_the_finding_and_in_the_file(received, reviewer, head, stranger):
    assert rows(stranger) == [] and "异议、纠错" not in content(stranger, finding(received))
    assert "objections.csv" not in content(stranger, "/results/files/")
    answer(received, reviewer, head)
    sender = received.sender
    for url in (finding(received), URL):
        text = content(stranger, url)
        assert PUBLIC["public_text"] in text and PUBLIC["answer"] in text
        for secret in (received.text, sender.telephone, sender.name, sender.email, received.number):
            assert secret not in text, url
    assert "objections.csv" in content(stranger, "/results/files/")
    [row] = rows(stranger)
    assert row == {
        "类型": "异议", "污染源编码": received.unit.number, "单位名称": received.unit.name, "抽查编号": received.draw.code,
        "收到日期": "2026-10-08", "公开的异议内容": PUBLIC["public_text"], "答复": PUBLIC["answer"], "答复日期": "2026-10-08",
        "网页": f"http://testserver/units/{received.unit.number}/#{received.draw.code}",
    }  # fmt: skip


@pytest.mark.parametrize("given", [{"goes_public": False, "answer": "内容与检查无关。"}])
def test_what_is_not_public_is_in_neither(received, reviewer, head, stranger, given):
    answer(received, reviewer, head, **given)
    assert rows(stranger) == []
    assert given["answer"] not in content(stranger, finding(received))


def test_what_the_law_hid_is_in_neither(received, reviewer, head, stranger):
    answer(received, reviewer, head)
    verbs.hide(objection=Objection.objects.get(), because="《个人信息保护法》第四十七条", actor=head)
    [row] = rows(stranger)
    assert row["答复"] == "" and "第四十七条" in row["公开的异议内容"]
    for url in (finding(received), URL):
        assert PUBLIC["answer"] not in content(stranger, url)
        assert PUBLIC["public_text"] not in content(stranger, url)


def test_of_a_unit_without_a_page_the_file_says_nothing(
    published_draw, make_source, send, reviewer, head, stranger
):
    late = make_source(40)  # in no public file
    assert send(f"/say/?unit={late.number}").status_code == 302
    answer(Objection.objects.get(), reviewer, head)
    [row] = rows(stranger)
    assert (row["抽查编号"], row["网页"]) == ("", f"http://testserver/units/{late.number}/#said")
    PollutionSource.objects.filter(pk=late.pk).update(is_active=False)
    assert stranger.get(f"/units/{late.number}/").status_code == 404
    assert rows(stranger) == []


def test_what_came_from_a_sealed_visit_waits_for_the_seal(
    send, sealed, report, reviewer, head, stranger, organiser
):
    visited = sealed.selections.order_by("pk").first().inspection
    assert send(f"/say/visit/{visited.token}/").status_code == 302
    report(visited)
    said = Objection.objects.get()
    answer(said, reviewer, head)
    assert Draw.objects.get().is_sealed
    assert rows(stranger) == [] and PUBLIC["answer"] not in content(stranger, finding(said))
