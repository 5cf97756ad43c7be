"""Fifty officers come back into the signal at once: each sends photos, a draft, the frozen record and the report.

    python tests/benchmarks/bench_officers.py [OFFICERS [SECONDS [PHOTOS [KILLS]]]]     default: 50 30 5 0

The real site serves (gunicorn with its settings, SQLite, or whatever DATABASE_URL names: an empty database); the clients begin
within SECONDS, all from one address, as behind a mobile network. Each opens its form, sends its photos (copies of some
0.4 MB, one original of some 3 MB), keeps a draft, freezes; the other officer confirms, the firm signs; it is submitted. One request in
ten is cut off before its answer and sent again; KILLS times a worker of the server is killed (SIGKILL); what the server cannot take is tried again as `outbox.mjs` does. Printed: p50, p95,
p99 and the longest in ms of each step, repeats and waiting included, and how often the server asked to come again. Then all is
counted in the tables: the exit status is 1 where anything is lost, there twice, or does not verify.
"""

import datetime
import hashlib
import io
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
folder = tempfile.TemporaryDirectory()
os.environ |= {
    "DATA_DIR": folder.name,
    "DJANGO_SETTINGS_MODULE": "wugang_audit.settings",
    "LOG_LEVEL": "WARNING",
}
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/db.sqlite3")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from form_walk import Page  # noqa: E402
from phones import CSRF, Lost, Phone, Told, named, picture, signature  # noqa: E402

from drawings.demo import draws, people  # noqa: E402
from drawings.inspections.evidence import kept_files  # noqa: E402
from drawings.models import CoSign, Draw, Evidence, FirmSignature, HandedIn, Inspection, OnSiteRecord  # noqa: E402
from drawings.models.quarters import quarter_of  # noqa: E402
from enforcers.models import Ability, Officer  # noqa: E402
from sources.models import Category, PollutionSource, Speciality  # noqa: E402
from wugang_audit import clock  # noqa: E402
from wugang_audit.access.roles import Role  # noqa: E402
from wugang_audit.accounts.models import User  # noqa: E402
from wugang_audit.accounts.sessions import SIGN_IN, SessionStore  # noqa: E402
from wugang_audit.audit import trail  # noqa: E402
from wugang_audit.audit.models import AuditEntry  # noqa: E402

THREADS = 4  # of a worker, as `gunicorn.conf.py` has it
GATE = ("visited_at", "entry", "met_", "shown_at", "notice_given", "remark", "statement", "verdict_", "note_", "reading_",
        "facility_")  # fmt: skip


# --- the site and what stands in it ---------------------------------------------------------------------------
def fill(visits: int) -> list[tuple[int, str, str]]:
    """Publish a draw of so many visits; return (inspection, session of the lead, session of the other officer) of each."""
    settings.ALLOW_SYSTEM_ENTROPY = True
    call_command("migrate", verbosity=0)
    if Draw.objects.exists():
        raise SystemExit("DATABASE_URL must name an empty database")
    begun = clock.now() - datetime.timedelta(days=8)
    people.fixtures(begun - datetime.timedelta(days=30))
    with clock.at(begun):
        organiser = account("organiser", "沈组织", Role.ORGANISER)
        field = Speciality.objects.get(code="chemical-pharma")
        PollutionSource.objects.bulk_create(
            PollutionSource(
                number=f"410481-{n:04d}", name=f"虚构{n}号化工厂", category=Category.KEY, industry_code="2669",
                industry_name="其他专用化学产品制造", speciality=field, township="院岭街道",
            )
            for n in range(1, 4 * visits + 1)
        )  # fmt: skip
        for n in range(1, 2 * visits + 1):
            user = account(f"officer{n}", f"甲{n}", Role.OFFICER)
            officer = Officer.objects.create(
                name=f"甲{n}", certificate_number=f"16{n:09d}", certificate_expiry=datetime.date(2099, 1, 1), user=user
            )  # fmt: skip
            Ability.objects.create(officer=officer, speciality=field)
        quarter = draws.Quarter(*quarter_of(clock.today()))
        draws.plan(quarter.year, draws.SCHEME, organiser)
        draw = draws.start(quarter, organiser)
        draw = draws.freeze(draw, clock.today() + datetime.timedelta(days=30), organiser, dice=False)
        draw = draws.publish(draw, (), organiser)
    found = []
    for row in Inspection.objects.filter(selection__draw=draw).order_by("pk")[:visits]:
        team = row.selection.team.order_by("-is_lead").select_related("officer__user")
        found.append((row.pk, *(logged_in(member.officer.user) for member in team)))
    assert len(found) == visits
    return found


def account(username: str, name: str, role: Role) -> User:
    user = User.objects.create_user(username, full_name=name, roles=[role])
    trail.record(None, "开立账号", user, {"roles": [role]})
    return user


def logged_in(user: User) -> str:
    session, now = SessionStore(), timezone.now().timestamp()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[SIGN_IN] = {"begun": now, "seen": now, "address": "127.0.0.1", "agent": ""}
    session.create()
    return session.session_key


def serve(log) -> tuple[subprocess.Popen, int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "wugang_audit/gunicorn.conf.py", "wugang_audit.wsgi"]
    env = os.environ | {"BIND": f"127.0.0.1:{port}"}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=log)
    for _ in range(1200):  # a busy machine takes its time
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process, port
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    raise SystemExit("the server did not start")


# --- a visit ------------------------------------------------------------------------------------------------------
def visit(phones: tuple[Phone, Phone], pk: int, photos: int, jpegs: tuple[bytes, bytes], told: Told) -> None:
    lead, other = phones
    home, now = f"/inspections/{pk}", timezone.localtime().isoformat(timespec="seconds")
    form = report_form(lead, home)
    values = dict(form.hidden) | typed([name for name, _ in form.fields])
    for number in range(photos):
        key, name = str(uuid.uuid4()), f"{pk}-{number}"
        copy, original = (named(jpeg, name) for jpeg in jpegs)
        digest = hashlib.sha256(original).hexdigest()
        told.photos[pk][key] = digest
        sent = {
            "key": key, "digest": digest, "original_size": len(original), "taken_at": now, "phone_time": now,
            "caption": f"第 {number + 1} 张", "latitude": "33.3", "longitude": "113.5", "accuracy": "12",
        }  # fmt: skip
        lead.ask("photo", f"{home}/evidence/", sent, copy)
        if number == 0:
            told.originals.add(key)
            lead.ask("original", f"{home}/evidence/{key}/original/", {}, original)
    values["version"] = lead.ask("draft", f"{home}/edit/", values | {"copy": f"{pk}-1"})["version"]
    frozen = lead.ask("freeze", f"{home}/freeze/", values | {"copy": f"{pk}-2"})
    seen = {"csrfmiddlewaretoken": CSRF, "digest": frozen["record"]}
    if frozen["record"] not in other.ask("read the record", f"{home}/record/", page=True):
        raise Lost(f"{pk}: the record that was frozen is not the one that is shown")
    other.ask("confirm", f"{home}/record/cosign/", seen | {"verdict": "confirm"}, page=True)
    signed = {"kind": "drawn", "name": "钱在场", "post": "环保主管", "image": signature()}
    lead.ask("sign", f"{home}/record/sign/", seen | signed, page=True)
    assessed = {name: value for name, value in values.items() if not name.startswith(GATE)}
    assessed |= dict(report_form(lead, home).hidden) | {"copy": f"{pk}-3"}
    done = lead.ask("submit", f"{home}/submit/", assessed)
    if done["saved"] != f"{pk}-3":
        raise Lost(f"{pk}: submitted, but another token came back")


def report_form(phone: Phone, home: str):
    """The form of the report as the page holds it, with the version that it was opened in."""
    forms = Page(phone.ask("open the form", f"{home}/edit/", page=True)).forms
    return next(form for form in forms if "summary" in dict(form.fields))


def typed(names: list[str]) -> dict[str, str]:
    """What an officer fills in of a visit on which nothing is wrong."""
    minute = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    values = {name: "pass" for name in names if name.startswith("verdict_")}
    values |= {"visited_at": minute, "shown_at": minute, "entry": "entered", "notice_given": "on"}
    values |= {
        "met_name": "钱在场",
        "met_post": "环保主管",
        "remark": "正在生产。",
        "statement": "没有意见。",
    }
    return values | {"outcome": "clean", "summary": "逐项核对，设施运行正常。"}


# --- what the tables say ---------------------------------------------------------------------------------------
def faults(told: Told) -> list[str]:
    """Return in words all that is lost, there twice, or does not verify."""
    found = []
    for pk, photos in told.photos.items():
        row = Inspection.objects.get(pk=pk)
        record = OnSiteRecord.objects.filter(inspection=row)
        counted = {
            "records": record.count(),
            "confirmations": CoSign.objects.filter(record__in=record).count(),
            "signatures": FirmSignature.objects.filter(record__in=record).count(),
            "reports": HandedIn.objects.filter(inspection=row).count(),
            "submissions": row.moves.filter(state="submitted").count(),
            "entries of the submission": _entries(row, "提交检查"),
            "entries of the freeze": _entries(row, "固定现场记录"),
        }
        found += [f"{pk}: {number} {what}" for what, number in counted.items() if number != 1]
        if row.state != "submitted":
            found.append(f"{pk} is {row.state}")
        there = {str(each.key): each for each in Evidence.objects.filter(inspection=row)}
        if {key: each.digest for key, each in there.items()} != photos:
            found.append(f"{pk}: {len(there)} photos of {len(photos)}")
        if _entries(row, "添加现场证据") != len(photos):
            found.append(f"{pk}: the trail has {_entries(row, '添加现场证据')} photos")
        text = "".join(record.values_list("text", flat=True))
        found += [
            f"{pk}: photo {key} is not in the record" for key, digest in photos.items() if digest not in text
        ]
        found += [
            f"{pk}: the original of {key}"
            for key, each in there.items()
            if bool(each.original_name) != (key in told.originals)
        ]
    files = sum(len(names) for _, _, names in os.walk(settings.EVIDENCE_DIR))
    wanted = sum(map(len, told.photos.values())) + len(told.originals)
    # A worker that was killed may leave files whose row was not written: `check_evidence` takes them away after an hour.
    if not wanted <= files <= wanted + told.again["a worker was killed"] * 2 * THREADS:
        found.append(f"{files} files of evidence, not {wanted}")
    found += kept_files.compare().faults
    for command in ("verify_log", "verify_audit", "check_evidence"):
        said = io.StringIO()
        try:
            call_command(command, stdout=said)
        except CommandError as error:
            found.append(f"{command}: {error} {said.getvalue()[-1000:]}")
    return found


def _entries(row: Inspection, action: str) -> int:
    return AuditEntry.objects.filter(action=action, target_key=f"drawings.inspection:{row.pk}").count()


def at(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


def run(port: int, visits: list[tuple[int, str, str]], seconds: int, photos: int, told: Told) -> None:
    """Let all phones begin within these seconds, and wait for the last one."""
    jpegs = picture((2000, 1500), 6), picture((4000, 3000), 12)
    print(f"a copy has {len(jpegs[0]) / 1024:.0f} KB, an original {len(jpegs[1]) / 1024:.0f} KB", flush=True)

    def one(place: int, pk: int, sessions: tuple[str, ...]) -> None:
        dice = random.Random(place)
        time.sleep(seconds * place / len(visits))
        try:
            visit(tuple(Phone(port, session, told, dice) for session in sessions), pk, photos, jpegs, told)
        except Exception as error:  # whatever it is, it is a visit that did not get through
            told.lost.append(f"{pk}: {error!r}")

    threads = [
        threading.Thread(target=one, args=(place, pk, sessions))
        for place, (pk, *sessions) in enumerate(visits)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def kill_workers(master: int, times: int, told: Told, done: threading.Event) -> None:
    """Kill a worker of the server now and then, until all is done."""
    while told.again["a worker was killed"] < times and not done.wait(8):
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        os.kill(int(workers[0]), signal.SIGKILL)
        told.again["a worker was killed"] += 1


def main(officers: int = 50, seconds: int = 30, photos: int = 5, kills: int = 0) -> int:
    visits, told = fill(officers), Told()
    with open(Path(folder.name) / "server.log", "w+") as log:
        process, port = serve(log)
        since, done = time.perf_counter(), threading.Event()
        killer = threading.Thread(target=kill_workers, args=(process.pid, kills, told, done))
        killer.start()
        try:
            run(port, visits, seconds, photos, told)
        finally:
            took = time.perf_counter() - since
            done.set()
            killer.join()
            process.send_signal(signal.SIGTERM)
            process.wait()
        log.seek(0)
        # What gunicorn says of a worker that was killed is no fault of the site.
        wrong = [line.strip() for line in log if " ERROR " in line or "Traceback" in line]
    print(
        f"{officers} officers within {seconds} s, {photos} photos each; the last was done after {took:.1f} s"
    )
    every = [value for values in told.times.values() for value in values]
    for step, times in [*told.times.items(), ("all", every)]:
        shares = "".join(f"   p{share * 100:.0f} {at(times, share):7.0f}" for share in (0.5, 0.95, 0.99))
        print(f"{step:18} {len(times):5}{shares}   longest {max(times) * 1000:7.0f} ms")
    for what, times in sorted(told.again.items()):
        print(f"again, {what}: {times}")
    lost = told.lost + (faults(told) if len(told.photos) == officers else [f"{len(told.photos)} began"])
    for line in (lost + wrong)[:40]:
        print(f"LOST OR WRONG  {line}")
    print(f"loss: {len(lost)}; errors in the server's log: {len(wrong)}")
    return int(bool(lost or wrong))


if __name__ == "__main__":
    status = main(*map(int, sys.argv[1:]))
    folder.cleanup()
    sys.exit(status)
