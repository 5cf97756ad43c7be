"""Fill an empty database with visits as they stand at the gate, small: photos, records, signatures, supplements.

    DATA_DIR=/tmp/visits python tests/upgrade/visits.py && DATA_DIR=/tmp/visits python tests/upgrade/release.py keep visits/NAME

`test_upgrade_visits.py` brings what was kept up to date. The files of the photos are no part of it. It fails unless the log
and the audit trail verify in the end.
"""

import datetime
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def registries() -> None:
    from upgrade.gate_steps import account, clock

    from drawings.demo import people
    from enforcers.models import Ability, Officer
    from sources.models import Category, PollutionSource, Speciality
    from wugang_audit.access.roles import Role

    people.fixtures(clock())
    field = Speciality.objects.get(code="chemical-pharma")
    kind = {"category": Category.KEY, "industry_code": "2669", "speciality": field, "township": "院岭街道"}
    PollutionSource.objects.bulk_create(
        PollutionSource(number=f"410481-{n:04d}", name=f"虚构{n}号化工厂", **kind) for n in range(1, 17)
    )
    for n, name in enumerate("甲乙丙丁", 1):
        officer = Officer.objects.create(
            name=name, certificate_number=f"16{n:09d}", certificate_expiry="2099-01-01",
            user=account(f"officer{n}", name, Role.OFFICER),
        )  # fmt: skip
        Ability.objects.create(officer=officer, speciality=field)


def main() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone
    from upgrade.gate_steps import account, clock, disputed, marked_public, photographed
    from upgrade.steps import inspect, open_visits
    from visit_cases import closed, frozen

    from drawings.demo import draws, gate
    from wugang_audit.access.roles import Role

    timezone.now = clock  # as the tests do
    settings.ALLOW_SYSTEM_ENTROPY = True
    call_command("migrate", verbosity=0)
    clock.at("2026-07-01 09:00")
    organiser = account("organiser", "沈组织", Role.ORGANISER)
    for name, full_name, role in (("reviewer", "秦审核", Role.REVIEWER), ("head", "严负责", Role.HEAD)):
        account(name, full_name, role)
    registries()
    draws.plan(2026, draws.SCHEME, organiser)
    draw = draws.start(draws.Quarter(2026, 3), organiser)
    draw = draws.freeze(draw, timezone.localdate() + datetime.timedelta(days=60), organiser, dice=False)
    draw = draws.publish(draw, (), organiser)
    clock.move(days=1)
    first, second, third, fourth = open_visits(draw)
    photographed(inspect(first, "save_draft"))
    marked_public(inspect(first, "submit", "send_back", "submit"))
    inspect(first, "approve", "publish")
    disputed(inspect(second, "save_draft"))
    gate.sign(frozen(third.inspection, closed(clock())), 3)  # nobody there, and a supplement
    inspect(fourth, "submit")
    for command in ("verify_log", "verify_audit"):
        call_command(command)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wugang_audit.settings")
    import django

    django.setup()
    main()
