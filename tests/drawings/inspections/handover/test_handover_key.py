"""The key of a hand-over file goes to the account that wrote it, and to nobody else; the server's own key is made once."""

import base64
import json
import multiprocessing
import os
import stat

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from drawings.inspections.handover import keys
from wugang_audit.accounts.account_key import account_key
from wugang_audit.audit.models import AuditEntry

URL = "/inspections/handover/"
SECRET = bytes(range(32))


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    settings.HANDOVER_KEY_FILE = tmp_path / "handover_key.pem"
    keys._read.cache_clear()
    return settings.HANDOVER_KEY_FILE


def head_for(user, *, secret=SECRET, token=None, label=None, **changed):
    """What a phone of this person writes in front of a file."""
    server = keys.told_to(account_key(user))
    token = base64.b64decode(server["token"]) if token is None else token
    public = serialization.load_der_public_key(base64.b64decode(server["key"]))
    digest = hashes.SHA256()
    bound = label or f"handover/1 {account_key(user)}"
    wrapped = public.encrypt(secret + token, padding.OAEP(padding.MGF1(digest), digest, bound.encode()))
    head = {
        "format": "handover/1",
        "account": account_key(user),
        "key_id": server["id"],
        "wrapped": base64.b64encode(wrapped).decode(),
    }
    return head | changed


def ask(client, head):
    text = head if isinstance(head, str) else json.dumps(head)
    return client.post(URL, {"head": text}, headers={"Accept": "application/json"})


def test_the_owner_gets_the_key_of_his_file_and_the_trail_says_so(lead, login):
    answer = ask(login(lead), head_for(lead))
    assert answer.status_code == 200
    assert base64.b64decode(answer.json()["key"]) == SECRET
    assert answer["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(action="打开移交文件")
    assert (entry.actor, entry.changes) == (lead, {})


def test_nobody_else_opens_it_not_even_with_another_name_in_the_head(lead, second, login):
    head, client = head_for(lead), login(second)
    foreign, forged = ask(client, head), ask(client, head | {"account": account_key(second)})
    assert foreign.status_code == 404
    assert foreign.json()["error"].startswith("打不开：这个文件不是用您的账号存的")
    assert forged.status_code == 422 and "坏了或被改过" in forged.json()["error"]
    said = foreign.content.decode() + forged.content.decode()
    assert lead.full_name not in said and '"key"' not in said
    assert not AuditEntry.objects.filter(action="打开移交文件").exists()


def test_who_has_no_token_of_the_account_makes_no_file_for_it(lead, second, login, caplog):
    """The public key and another's account stand where every officer can read them."""
    told = login(lead).get("/inspections/offline.json").json()["handover"]
    his_own = base64.b64decode(told["token"])
    for token in (his_own, b"", bytes(32)):
        answer = ask(login(second), head_for(second, token=token))
        assert answer.status_code == 422
        assert "不能证明是您自己的手机存的" in answer.json()["error"] and "key" not in answer.json()
    assert caplog.text.count("that no device of it wrote was not opened") == 3
    assert not AuditEntry.objects.filter(action="打开移交文件").exists()


@pytest.mark.parametrize(
    "head",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 5000,
        "x" * 60_000,
        {"format": "handover/1"},
        {"wrapped": "?"},
        {"wrapped": 5},
    ],
)
def test_a_broken_head_is_told_in_words(lead, login, head):
    whole = head if isinstance(head, str) or "format" in head else head_for(lead, **head)
    answer = ask(login(lead), whole)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("文件的开头坏了或被改过")


def test_another_version_and_a_short_key_are_refused(lead, login):
    client = login(lead)
    assert "别的版本" in ask(client, head_for(lead, format="handover/2")).json()["error"]
    assert ask(client, head_for(lead, secret=b"short")).status_code == 422


def test_a_key_that_was_renamed_opens_older_files_and_one_that_is_gone_is_said(lead, login, own_key):
    client, head = login(lead), head_for(lead)
    former = own_key.with_name("handover_key.2026.pem")
    own_key.rename(former)
    keys._read.cache_clear()
    assert keys.told_to("")["id"] != head["key_id"]
    assert ask(client, head).status_code == 200
    former.unlink()
    keys._read.cache_clear()
    answer = ask(client, head)
    assert answer.status_code == 409 and "从备份里恢复密钥文件" in answer.json()["error"]


def test_after_a_new_secret_key_a_file_under_the_former_one_still_opens(lead, login, settings):
    head = head_for(lead)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one, long enough"
    assert ask(login(lead), head).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert ask(login(lead), head).status_code == 404


def test_the_page_is_for_officers_and_a_form_without_script_comes_back_to_it(lead, reviewer, login, stranger):
    client = login(lead)
    page = client.get(URL).content.decode()
    assert "接收移交文件" in page and "handover_page.mjs" in page
    assert client.post(URL, {"head": json.dumps(head_for(lead))}).url == URL
    told = json.loads(page.split('id="handover-words" type="application/json">')[1].split("</script>")[0])
    assert told["labels"]["summary"] == "检查情况" and told["choices"]["outcome"]["clean"] == "未发现问题"
    assert login(reviewer).get(URL).status_code == 403
    assert ask(stranger, head_for(lead)).status_code == 401
    assert f'href="{URL}"' in client.get("/inspections/").content.decode()


def test_a_phone_is_told_the_public_key_and_goes_on_without_one(lead, login, own_key, caplog):
    client = login(lead)
    told = client.get("/inspections/offline.json").json()["handover"]
    assert told == keys.told_to(account_key(lead))
    assert stat.S_IMODE(os.stat(own_key).st_mode) == 0o600
    own_key.write_text("no key at all")
    keys._read.cache_clear()
    answer = client.get("/inspections/offline.json")
    assert (answer.status_code, answer.json()["handover"]) == (200, None)
    assert "cannot be read or made" in caplog.text


def made_by_another_process(path, gate):
    gate.wait()
    keys._make(path)


def test_processes_that_start_at_once_make_one_key(own_key):
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(4)
    started = [fork.Process(target=made_by_another_process, args=(own_key, gate)) for _ in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 4
    assert [path.name for path in own_key.parent.iterdir()] == [own_key.name]
    first = own_key.read_bytes()
    keys._make(own_key)  # somebody who comes late
    assert own_key.read_bytes() == first
    assert keys.current().id == keys.told_to("")["id"]
