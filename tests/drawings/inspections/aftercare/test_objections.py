"""An objection from the form to the answer beside the finding: receipt, two persons, what is public and what never is."""

import re

from drawings.models import Objection, Selection
from sources.models import PollutionSource

ANSWERED = {
    "goes_public": "yes",
    "public_text": "该单位认为炉号有误。",
    "answer": "已核实，只有两台炉，结果已更正。",
}


def words(response):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_a_firm_objects_follows_its_receipt_and_reads_the_answer_beside_the_finding(
    result, address, send, stranger, login, reviewer, head
):
    unit_page = f"/units/{result.selection.source.number}/"
    assert (
        f'href="{address.replace("&", "&amp;")}&amp;kind=objection"'
        in stranger.get(unit_page).content.decode()
    )
    sent = send(address)
    assert sent["Location"] == "/say/receipt/"
    row = Objection.objects.get()
    shown = stranger.get("/say/receipt/")
    secret = shown.context["secret"]
    assert row.number in words(shown) and secret in words(shown)
    follow = {"number": row.number, "secret": secret.lower().replace("-", " ")}
    assert "已收到，待答复" in words(stranger.post("/say/follow/", follow))

    staff = login(reviewer)
    page = f"/inspections/objections/{row.pk}/"
    assert "13800001234" in staff.get(page).content.decode()
    assert staff.post(page, ANSWERED)["Location"] == "/inspections/objections/"
    assert "已拟答复" in words(stranger.post("/say/follow/", follow))
    assert ANSWERED["answer"] not in words(stranger.post("/say/follow/", follow))
    assert ANSWERED["answer"] not in words(stranger.get(unit_page))

    answer = row.answers.get()
    login(head).post(f"{page}decide/", {"decision": "confirm", "answer": answer.pk})
    row.refresh_from_db()
    assert row.state == "published"
    assert ANSWERED["answer"] in words(stranger.post("/say/follow/", follow))
    public = words(stranger.get(unit_page))
    assert ANSWERED["answer"] in public and ANSWERED["public_text"] in public
    assert row.text not in public  # the reviewer's words stand for it


def test_the_form_calls_a_unit_as_its_page_does(result, address, stranger, forge):
    unit = result.selection.source
    PollutionSource.objects.filter(pk=unit.pk).update(name="换过的名字")
    heading = "<h1>异议和纠错：换过的名字</h1>"
    assert heading in stranger.get(address).content.decode()
    assert "<h1>换过的名字</h1>" in stranger.get(f"/units/{unit.number}/").content.decode()
    forge(Selection, result.selection_id, name="")
    page = stranger.get(address).content.decode()
    assert unit.number in page and "换过的" not in page and result.selection.name not in page
    assert stranger.get("/say/?unit=410481-9999").status_code == 404
    assert stranger.get("/say/?unit=%27%3Cb%3E").status_code == 404


def test_a_sender_stands_on_no_page_but_that_of_who_answers(
    received, stranger, login, organiser, auditor, reviewer
):
    secrets = ("13800001234", "某代表", "firm@example.com")
    page = f"/inspections/objections/{received.pk}/"
    shown = login(reviewer).get(page).content.decode()
    assert all(secret in shown for secret in secrets)
    pages = ("/", "/results/", f"/units/{received.unit.number}/", "/say/", "/log/", "/log/log.tsv")
    seen = [stranger.get(url).content.decode() for url in pages]
    secret = stranger.get("/say/receipt/").context["secret"]
    seen += [stranger.post("/say/follow/", {"number": received.number, "secret": secret}).content.decode()]
    seen += [login(auditor).get("/audit/").content.decode()]
    assert [secret for secret in secrets for text in seen if secret in text] == []
    for user in (organiser, auditor):
        assert login(user).get(page).status_code == 403
