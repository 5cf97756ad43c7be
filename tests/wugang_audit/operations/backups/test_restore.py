"""A restore: an empty site becomes what the backup holds and proves it; anything else changes nothing."""

import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from house import ROOT
from killed import environment
from test_backup import make, pair, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(tmp_path, empty_database):
    """Run a command on an empty site of its own: ``target("restore", …)``; status and what was said."""
    folder = tmp_path / "target"

    def run(*arguments, **more):
        env = environment(DATA_DIR=str(folder), DATABASE_URL=empty_database, **more)
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *map(str, arguments)],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    run.folder = folder
    return run


def test_an_empty_site_becomes_the_saved_one(site, pair, target, settings, published_draw):  # noqa: F811
    made = make(site, recipients=[pair[0]])
    _, said = target("restore", made.path, "--key", pair[1])
    # The people of the tests have roles that nobody gave them: that is found out too.
    assert "结论：核对" in said and "有角色" in said
    assert (target.folder / "secret_key").read_text() == settings.SECRET_KEY
    assert (target.folder / "handover_key.pem").read_text() == "a private key"
    assert (target.folder / "evidence" / "2026" / "a.jpg").read_bytes() == b"2026/a.jpg" * 1000
    assert "[正常] 公开日志和抽签" in said
    status, said = target("verify_log")
    assert status == 0 and published_draw.code in said


def test_a_site_in_use_is_refused(site, target, settings):  # noqa: F811
    path = make(site).path
    assert "已恢复数据库" in target("restore", path)[1]
    status, said = target("restore", path)
    assert status == 1 and "已经有账号或记录" in said


def test_photos_that_lie_there_are_not_mixed_with_others(site, target):  # noqa: F811
    path = make(site).path
    (target.folder / "evidence").mkdir(parents=True)
    (target.folder / "evidence" / "old.jpg").touch()
    status, said = target("restore", path)
    assert status == 1 and "已经有文件" in said
    assert (target.folder / "evidence" / "old.jpg").exists()


def nothing_changed(folder):
    return {path.name for path in folder.iterdir()} <= {"secret_key", "db.sqlite3"}


@pytest.mark.parametrize("how", ["cut", "changed", "no archive", "empty", "cut in the first block"])
@pytest.mark.parametrize("encrypted", [True, False])
def test_a_damaged_file_changes_nothing(site, pair, target, how, encrypted):  # noqa: F811
    path = make(site, recipients=[pair[0]] if encrypted else []).path
    content = bytearray(path.read_bytes())
    if how == "cut":
        content = content[: len(content) // 2]
    elif how == "changed":
        content[len(content) // 2] ^= 1
    elif how == "no archive":
        content = bytearray(b"PK\x03\x04" * 5000)
    elif how == "empty":
        content = bytearray()
    else:
        content = content[:300]
    path.write_bytes(content)
    status, said = target("restore", path, "--key", pair[1])
    assert status == 1 and ("请换" in said or "请核对文件" in said), said
    assert nothing_changed(target.folder)


def test_another_key_no_key_and_no_file(site, pair, target, tmp_path):  # noqa: F811
    path = make(site, recipients=[pair[0]]).path
    other = tmp_path / "other.txt"
    assert target("backup", "--new-key", other)[0] == 0
    for arguments, words in (
        ((path, "--key", other), "为另一把钥匙"),
        ((path,), "请用 --key"),
        ((path, "--key", path), "读不了钥匙文件"),
        ((tmp_path / "nothing", "--key", other), "没有"),
    ):
        status, said = target("restore", *arguments)
        assert status == 1 and words in said, said
    assert nothing_changed(target.folder)


def test_of_another_county_and_of_a_newer_version(site, target, monkeypatch):  # noqa: F811
    storages["evidence"].save("c.jpg", ContentFile(b"c"))
    path = make(site).path
    status, said = target("restore", path, BUREAU_COUNTY_PREFIX="410482")
    assert status == 1 and "410482" in said and "--other-county" in said
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('drawings', '9999_of_tomorrow', '2030-01-01')"
        )
    try:
        path = make(site / "newer").path
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_of_tomorrow'")
    status, said = target("restore", path)
    assert status == 1 and "更新的版本" in said
    assert nothing_changed(target.folder)
