"""The fixed cast of the tests, and the registries that they act on.

An administrator, a security administrator, two organisers, a reviewer, the head, an auditor, the officers
甲 乙 丙, and a stranger who is not logged in.
"""

import copy
import datetime
from importlib.util import find_spec
from unittest import mock

import emptied  # noqa: F401
import pytest
import static_files  # noqa: F401
from django.core.management.color import no_style
from django.core.serializers import deserialize
from django.db import connection
from django.test import Client
from every_test import every_entry_of_the_trail_is_readable, nothing_is_kept, unknown_template_variables_fail  # noqa: F401
from general_checklist import general_checklist
from house import ROOT
from hypothesis import HealthCheck, settings
from longest_first import pytest_collection_finish, pytest_collection_modifyitems  # noqa: F401
from made_once import a_world_of_its_own, made_once, pytest_fixture_setup  # noqa: F401
from migrated_once import django_db_modify_db_settings  # noqa: F401
from reader import stranger  # noqa: F401
from signed_in import give_second_factor
from simple_history.utils import bulk_create_with_history
from stopped_clock import clock, stopped_clock_first  # noqa: F401

from drawings.amendments import voids
from drawings.ceremony import verbs
from drawings.ceremony.preflight import checks
from drawings.models import InspectionItem, ItemBasis, LegalBasis, Plan, PlanRate
from drawings.plans import verbs as plans
from drawings.protocol import verify
from enforcers.models import Ability, Officer
from sources.models import Category, PollutionSource, Speciality
from wugang_audit.access.roles import Role
from wugang_audit.accounts.models import User

# The browser tests are a run of their own (.ci/run installs what they need): the plain test command needs no browser.
collect_ignore = [] if find_spec("playwright") else ["browser"]

# A slow machine is no failure: speed belongs in a benchmark.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

PASSWORD = "a-long-test-password"


@pytest.fixture(autouse=True)
def fast_passwords(settings, tmp_path_factory):
    settings.IMPORT_LOCKS_DIR = tmp_path_factory.getbasetemp()
    settings.LOGIN_TURNS_DIR = tmp_path_factory.getbasetemp()  # runs side by side do not wait for one another
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def password():
    """The password of every account of the cast."""
    return PASSWORD


@pytest.fixture(scope="session")
def shipped():
    """The rows of the shipped fixtures, by model, read once: most tests begin with them."""
    rows = {}
    for name in ("specialities", "law", "inspection_items"):
        for row in deserialize("json", (ROOT / "fixtures" / f"{name}.json").read_text(encoding="utf-8")):
            rows.setdefault(type(row.object), []).append(row.object)
            for basis in row.m2m_data.get("bases", ()):
                link = ItemBasis(item_id=row.object.pk, basis_id=basis)
                rows.setdefault(type(link), []).append(link)
    return rows | general_checklist(rows[LegalBasis])


@pytest.fixture
@made_once
def specialities(db, shipped):
    """The eight industry groups of the fixture, by code."""
    for model, rows in shipped.items():
        model.objects.bulk_create(map(copy.copy, rows))
    # Rows with keys of their own leave PostgreSQL's counters where they were.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(shipped)):
            cursor.execute(statement)
    return {speciality.code: speciality for speciality in Speciality.objects.all()}


@pytest.fixture
def person(db):
    """Make an account: ``person("organiser", Role.ORGANISER)``."""

    def make(username, *roles, full_name=""):
        return User.objects.create_user(username, PASSWORD, full_name=full_name or username, roles=roles)

    return make


@pytest.fixture
@made_once
def admin(person):
    return person("admin", Role.ADMIN, full_name="苏管理")


@pytest.fixture
@made_once
def security(person):
    return person("security", Role.SECURITY, full_name="曹安全")


@pytest.fixture
@made_once
def organiser(person):
    return person("organiser", Role.ORGANISER, full_name="沈组织")


@pytest.fixture
@made_once
def organiser2(person):
    return person("organiser2", Role.ORGANISER, full_name="韩组织")


@pytest.fixture
@made_once
def reviewer(person):
    return person("reviewer", Role.REVIEWER, full_name="秦审核")


@pytest.fixture
@made_once
def head(person):
    return person("head", Role.HEAD, full_name="严负责")


@pytest.fixture
@made_once
def auditor(person):
    return person("auditor", Role.AUDITOR, full_name="魏审计")


@pytest.fixture
def source_of(specialities):
    """A unit that is not saved yet: ``source_of(7)`` is 410481-0007, a general unit in the chemical industry."""
    table = Speciality.objects.by_prefix()

    def of(serial, **fields):
        values = {
            "number": f"410481-{serial:04d}",
            "name": f"虚构{serial}号化工厂",
            "category": Category.GENERAL,
            "industry_code": "2669",
            "industry_name": "其他专用化学产品制造",
            "township": "院岭街道",
            "phone": f"1380000{serial:04d}",
        } | fields
        values.setdefault("speciality", Speciality.objects.all().match(table, values["industry_code"]))
        return PollutionSource(**values)

    return of


@pytest.fixture
def make_source(source_of):
    """Make a unit: ``make_source(7)`` is 410481-0007, a general unit in the chemical industry."""

    def make(serial, **fields):
        unit = source_of(serial, **fields)
        unit.save()
        return unit

    return make


@pytest.fixture
def make_officer(specialities, person):
    """Make an officer with a login: ``make_officer(1, "甲", "chemical-pharma")``."""

    def make(serial, name, *codes, **fields):
        values = {
            "name": name,
            "certificate_number": f"16041048{serial:03d}",
            "certificate_expiry": datetime.date(2099, 12, 31),
            "phone": f"1390000{serial:04d}",
            "user": person(f"officer{serial}", Role.OFFICER, full_name=name),
        } | fields
        officer = Officer.objects.create(**values)
        Ability.objects.bulk_create(Ability(officer=officer, speciality=specialities[code]) for code in codes)
        return officer

    return make


@pytest.fixture
@made_once
def officers(make_officer):
    """甲 and 乙 know the chemical industry, 丙 knows livestock."""
    return [
        make_officer(1, "甲", "chemical-pharma"),
        make_officer(2, "乙", "chemical-pharma", "machinery"),
        make_officer(3, "丙", "livestock"),
    ]


@pytest.fixture
@made_once
def registry(source_of):
    """Five key, three special, nine general units; one more is stopped and one exempt."""
    units = [source_of(n, category=Category.KEY) for n in range(1, 6)]
    units += [source_of(n, category=Category.SPECIAL) for n in range(6, 9)]
    units += [source_of(n, industry_code="0313", name=f"虚构{n}号养殖场") for n in range(9, 18)]
    units.append(source_of(18, operating_state="stopped"))
    units.append(source_of(19, exempt_reason="已列入双随机联合抽查"))
    bulk_create_with_history(units, PollutionSource)
    return units


@pytest.fixture
def login():
    """Return a client that is logged in as the given account: ``login(organiser).get(...)``.

    Whoever needs a one-time code has given it, unless asked for: ``login(organiser, password_only=True)``.
    """

    def make(user, password_only=False):
        client = Client()
        client.force_login(user)
        if not password_only:
            give_second_factor(client.session, user)
        return client

    return make


@pytest.fixture(autouse=True)
def unthrottled(settings):
    """A test asks more often than people do; those of the throttle turn it on."""
    settings.THROTTLE_BY_ADDRESS = False


# --- a plan, and draws in each state, made by the very verbs that the site uses ------------------------------


@pytest.fixture
@made_once
def item(specialities):
    return InspectionItem.objects.get()


@pytest.fixture
def substitutes_by():
    """By which numbers a substitute is found: a code of `Plan.Substitutes`, for a module of tests to override."""
    return Plan.Substitutes.PL5


@pytest.fixture
@made_once
def plan(item, organiser, substitutes_by):
    """The published plan of 2026 with the rates of the scheme."""
    plan = Plan.objects.create(
        year=2026,
        title="2026年度抽查计划",
        document_number="平舞环〔2024〕40号",
        basis="国办发〔2015〕58号",
        substitutes=substitutes_by,
        created_by=organiser,
    )
    plan.items.add(item)
    rates = [(Category.KEY, 25, 100), (Category.SPECIAL, 25, 100), (Category.GENERAL, 1, 4)]
    PlanRate.objects.bulk_create(
        PlanRate(plan=plan, stratum=stratum, numerator=n, denominator=d, position=position)
        for position, (stratum, n, d) in enumerate(rates, 1)
    )
    return plans.publish(plan=plan, actor=organiser)


@pytest.fixture
@made_once
def draft(plan, item, registry, officers, organiser):
    """The draw of 2026Q4 as a draft, with a registry and three officers."""
    return verbs.start(year=2026, quarter=4, item=item, actor=organiser)


@pytest.fixture
def freeze(organiser):
    """Freeze a draw on the given sources, by default on `system`."""

    def do(draw, *sources, actor=organiser):
        sources = list(sources) or [verify.Source("system", "os", "2026-10-08T09:00:00+08:00")]
        now = checks.snapshot(draw)
        # Nothing comes between the look and the freeze: a second reading of both registries would be the same.
        with mock.patch.object(checks, "snapshot", lambda _: now):
            return verbs.freeze(draw=draw, sources=sources, seen=now.fingerprint, actor=actor)

    return do


@pytest.fixture
def system_entropy(settings):
    settings.ALLOW_SYSTEM_ENTROPY = True


@pytest.fixture
@made_once
def frozen_draw(draft, freeze, system_entropy):
    return freeze(draft)


@pytest.fixture
@made_once
def drawn_draw(frozen_draw, organiser):
    return verbs.draw_from_system(draw=frozen_draw, actor=organiser)


@pytest.fixture
@made_once
def published_draw(drawn_draw, organiser):
    return verbs.publish(draw=drawn_draw, actor=organiser)


@pytest.fixture
def void(organiser, organiser2):
    """Void a draw with four eyes: 沈组织 files it, 韩组织 confirms."""

    def do(draw, evidence="见证人发现名单有误", reason="registry"):
        request = voids.request_void(draw=draw, reason=reason, evidence=evidence, actor=organiser)
        return voids.confirm_void(request=request, actor=organiser2)

    return do
