"""The house rules: who may import whom, which files stand at the top, which view wears which mark."""

import ast
import re
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.urls import URLPattern, get_resolver
from house import (
    ALLOWED,
    ARCHITECTURE,
    BASE,
    JOINERS,
    PACKAGES,
    ROOT,
    VERBS,
    imports,
    in_rooms,
    modules,
    outside,
    picture,
    room,
    step_of,
)

TOP = {
    "manage.py", "pyproject.toml", "README.md", "wugang_audit", "sources", "enforcers", "drawings",
    "templates", "fixtures", "tests",
}  # fmt: skip


def test_every_module_stands_in_a_room():
    assert {room(name) for name, _ in modules()} - JOINERS - {"sources", "enforcers"} == set(ALLOWED) - {
        "sources",
        "enforcers",
    }


def test_nobody_imports_against_the_arrows():
    against = [
        f"{name} imports {module}"
        for name, path in modules()
        if room(name) in ALLOWED
        for module in imports(name, path)
        if room(module) != room(name) and room(module) not in ALLOWED[room(name)]
    ]
    assert against == []


def test_nothing_below_an_app_imports_it():
    """One straight stair: the joiners too stand on the step of their app."""
    upward = [
        f"{name} imports {module}"
        for name, path in modules()
        if name not in (f"{BASE}.urls", f"{BASE}.settings")
        for module in imports(name, path)
        if PACKAGES.index(module.split(".")[0]) > PACKAGES.index(name.split(".")[0])
    ]
    assert upward == []


def test_the_architecture_document_shows_the_arrows_as_they_are_here():
    text = ARCHITECTURE.read_text(encoding="utf-8")
    shown = text.partition("<!-- arrows -->\n")[2].partition("\n<!-- /arrows -->")[0]
    assert shown == picture()


def test_the_protocol_imports_nothing_but_the_standard_library():
    for name, path in modules():
        if name.startswith("drawings.protocol"):
            assert {module.split(".")[0] for module in outside(path)} <= sys.stdlib_module_names, name


# What a mistake in would be published, or lose a clerk's cell: plain Python, to be read and tested alone.
WITHOUT_DJANGO = (
    f"{BASE}.spreadsheets",
    f"{BASE}.privacy",
    f"{BASE}.calendar.notice_text",
    f"{BASE}.calendar.wholeness",
    f"{BASE}.calendar.workdays",
    "drawings.protocol",
    "drawings.public_fields",
    "sources.industries",
)


def test_what_is_pure_knows_no_django():
    guilty = [
        f"{name} imports {module}"
        for name, path in modules()
        if name.startswith(WITHOUT_DJANGO)
        for module in outside(path)
        if module.split(".")[0] == "django"
    ]
    assert guilty == []


def test_every_module_of_a_room_has_its_step():
    assert [name for name, _, step in in_rooms() if step is None] == []


def test_inside_a_room_nobody_looks_up():
    """So a command or another verb may call a verb, and a page of another room a query, without the pages."""
    upward = [
        f"{name} imports {module}"
        for name, path, step in in_rooms()
        for module in imports(name, path)
        if step_of(module) > step
    ]
    assert upward == []


def test_verbs_know_no_admin():
    guilty = [
        f"{name} imports {module}"
        for name, path, _ in in_rooms()
        if name.rpartition(".")[2] in VERBS
        for module in [*imports(name, path), *outside(path)]
        if "admin" in module
    ]
    assert guilty == []


def test_no_module_takes_what_another_keeps_to_itself():
    guilty = [
        f"{name} imports {module}"
        for name, path in modules()
        for module in imports(name, path)
        if module.rpartition(".")[2].startswith("_")
    ]
    assert guilty == []


# Settings and addresses join the apps; the navigation lists their pages.
NAMES_APPS = {f"{BASE}.settings", f"{BASE}.urls", f"{BASE}.staff.navigation"}


def test_nobody_names_an_app_above_his_own():
    """Not in a string either (a permission, an address, a table): what an app brings, it registers itself."""
    guilty = []
    for name, path in modules():
        above = PACKAGES[PACKAGES.index(name.split(".")[0]) + 1 :]
        named = re.compile(rf"(?<![A-Za-z])({'|'.join(above)})(?![A-Za-z])")
        if above and name not in NAMES_APPS:
            guilty += [
                f"{name}, line {node.lineno}"
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.search(node.value)
            ]
    assert guilty == []


ALONE = {"drawings.protocol.verify"}  # a file that is published by itself


def test_modules_and_functions_are_short():
    long = []
    for name, path in modules():
        text = path.read_text(encoding="utf-8")
        if name not in ALONE and len(text.splitlines()) > 350:
            long.append(name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60:
                long.append(f"{name}.{node.name}")
    long += [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > 350
    ]
    assert long == []


# Folders of tests that mirror no package.
APART = {"benchmarks", "browser", "vectors", "data", "upgrade"}


def test_every_folder_of_tests_mirrors_a_package():
    folders = {
        path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("*.py")
    }  # fmt: skip
    strangers = [
        str(folder)
        for folder in folders
        if folder.parts and folder.parts[0] not in APART and not (ROOT / folder / "__init__.py").is_file()
    ]
    assert strangers == []


def test_the_draw_is_the_only_randomness():
    """No other generator picks anything; `secrets` serves salts and first passwords."""
    guilty = []
    for name, path in modules():
        text = path.read_text(encoding="utf-8")
        if 'order_by("?")' in text or "import random" in text or "from random" in text:
            guilty.append(name)
    assert guilty == []


def test_the_top_level_holds_the_agreed_entries():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:  # an unpacked archive has no git: look at the folder instead
        names = {path.name for path in ROOT.iterdir()} - {"wugang_audit.egg-info", "build"}
    else:
        names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in names if not name.startswith(".")} <= TOP


CLOCK = f"{BASE}.clock"
# What guards an account asks for the real time, whatever the clock was stopped at. The pure engine of workbooks only guesses
# by the day which column holds a day to come.
REAL_TIME = (
    f"{BASE}.accounts.admin", f"{BASE}.accounts.lockout", f"{BASE}.accounts.password_rules", f"{BASE}.accounts.passwords",
    f"{BASE}.accounts.second_factor", f"{BASE}.accounts.sessions", f"{BASE}.accounts.views",
    f"{BASE}.spreadsheets.recognition",
)  # fmt: skip
# Calls without a moment; `timezone.localdate(moment)` only converts.
ASKS_THE_TIME = (
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "date.today",
    "datetime.now",
    "datetime.utcnow",
)


def dotted(node):
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def test_the_clock_alone_says_what_time_it_is():
    """So that tests and the demonstration can stop one clock, and all the site stands still."""
    guilty = []
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                asked = not node.args and dotted(node.func).endswith(ASKS_THE_TIME)
                # A field of Django's own that fills itself, or a default that does.
                options = {each.arg: dotted(each.value) for each in node.keywords}
                asked |= any(value.endswith(ASKS_THE_TIME) for value in options.values())
                asked |= dotted(node.func).startswith("models.") and bool(
                    {"auto_now", "auto_now_add"} & options.keys()
                )
                asked |= dotted(node.func) == "HistoricalRecords"
                if asked and name != CLOCK and not name.startswith(REAL_TIME):
                    guilty.append(f"{name}, line {node.lineno}")
    assert guilty == []


def test_only_the_demonstration_stops_the_clock():
    """No request can."""
    guilty = [
        name
        for name, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if dotted(node) == "clock.at" and not name.startswith("drawings.demo.")
    ]
    guilty += [name for name, path in modules() if f"{CLOCK}.at" in imports(name, path)]
    assert guilty == []


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def patterns(resolver=None, namespaces=()):
    """Yield (namespaces, pattern) of all addresses."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield namespaces, entry
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from patterns(entry, inner)


def test_every_view_outside_the_admin_wears_an_access_mark():
    unmarked = [
        str(entry.pattern)
        for namespaces, entry in patterns()
        if "admin" not in namespaces and getattr(entry.callback, "access", None) is None
    ]
    assert unmarked == []


# Django and the admin look these up by name.
FOUND_BY_NAME = {
    "400.html", "403.html", "403_csrf.html", "404.html", "500.html", "admin/base_site.html",
    "registration/login.html", "registration/password_change_form.html",
    "411.html", "413.html", "429.html", "431.html", "503.html", "507.html",
    *(
        f"admin/{name}.html"
        for name in (
            "actions", "change_list", "change_form_object_tools", "change_list_object_tools", "change_list_results", "date_hierarchy",
            "delete_confirmation", "delete_selected_confirmation", "edit_inline/tabular", "pagination",
            "popup_response", "search_form", "submit_line", "widgets/related_widget_wrapper",
        )
    ),
}  # fmt: skip


def test_every_template_is_rendered_by_somebody():
    folder = ROOT / "templates"
    mentions = "\n".join(path.read_text(encoding="utf-8") for _, path in modules()) + "\n".join(
        path.read_text(encoding="utf-8") for path in folder.rglob("*.html")
    )
    unused = [
        name
        for name in (str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html")))
        if name not in FOUND_BY_NAME and f'"{name}"' not in mentions
    ]
    assert unused == []


def test_templates_load_nothing_from_elsewhere():
    guilty = [
        path.name
        for path in [
            *(ROOT / "templates").rglob("*.html"),
            *(file for package in PACKAGES for file in (ROOT / package / "static").rglob("*.*")),
        ]
        if any(
            word in path.read_text(encoding="utf-8", errors="ignore")
            for word in ('src="http', 'href="http', "url(http")
        )
    ]
    assert guilty == []
