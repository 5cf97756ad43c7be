"""The plan of the house as data: its rooms, who may know whom, and how to walk through it. `test_house` holds the code to it.

python tests/house.py      prints the arrows for the architecture document
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("wugang_audit", "sources", "enforcers", "drawings")

BASE = "wugang_audit"
# --- who may import what: each room of the house, and the rooms of ours that it may know; itself always ------
# In the base these know nothing of ours, but for what is named below.
LEAVES = {
    f"{BASE}.access",
    f"{BASE}.admin_frame",
    f"{BASE}.clock",
    f"{BASE}.pagination",
    f"{BASE}.privacy",
    f"{BASE}.problems",
    f"{BASE}.remembered",
    f"{BASE}.selects",
    f"{BASE}.spreadsheets",
}
ALLOWED = dict.fromkeys(LEAVES, frozenset()) | {
    f"{BASE}.spreadsheets": {f"{BASE}.privacy"},  # cells that become public
    f"{BASE}.problems": {f"{BASE}.selects"},  # both render forms
    f"{BASE}.telephone": frozenset(),  # for templates
    f"{BASE}.audit": LEAVES - {f"{BASE}.admin_frame"},
    f"{BASE}.server": {f"{BASE}.access"},
    f"{BASE}.accounts": {f"{BASE}.{room}" for room in ("access", "admin_frame", "audit", "bureau", "clock")},
    f"{BASE}.bureau": LEAVES | {f"{BASE}.audit", f"{BASE}.registries"},
    f"{BASE}.registries": LEAVES | {f"{BASE}.audit"},
    f"{BASE}.calendar": LEAVES | {f"{BASE}.audit", f"{BASE}.registries"},
    f"{BASE}.imports": LEAVES | {f"{BASE}.audit", f"{BASE}.registries"},
    f"{BASE}.operations": LEAVES | {f"{BASE}.{room}" for room in ("audit", "accounts", "bureau", "staff")},
    f"{BASE}.staff": LEAVES | {f"{BASE}.{room}" for room in ("audit", "accounts", "bureau", "registries")},
}
# Nobody knows what runs the site.
BASE_ROOMS = frozenset(ALLOWED) - {f"{BASE}.operations"}
ALLOWED |= {"sources": BASE_ROOMS, "enforcers": BASE_ROOMS | {"sources"}}
_BELOW = BASE_ROOMS | {
    "sources", "enforcers", "drawings.states", "drawings.protocol", "drawings.public_fields"
}  # fmt: skip
ALLOWED |= {
    "drawings.states": frozenset(),
    "drawings.public_fields": frozenset(),
    "drawings.protocol": frozenset(),
    "drawings.steps": {"drawings.states"},
    "drawings.models": _BELOW,
}
_MODELS = _BELOW | {"drawings.models"}
ALLOWED |= {
    "drawings.public_log": _MODELS,
    "drawings.deadlines": _MODELS,
    "drawings.hidden_texts": _MODELS,
    "drawings.privacy_gate": _MODELS,
    "drawings.annex": _MODELS,
    "drawings.reminders": _MODELS | {"drawings.deadlines"},
    "drawings.undo_guard": _MODELS,
    "drawings.audit_words": _MODELS,
    "drawings.help_pages": {f"{BASE}.access", f"{BASE}.staff"},
    "drawings.readings": _MODELS,
    "drawings.first_steps": _MODELS,
    "drawings.data_checks": _MODELS | {"drawings.public_log", "drawings.steps", "drawings.plans"},
    "drawings.selfcheck": _MODELS | {"drawings.public_log"},
}
_ROOM = _MODELS | {"drawings.public_log", "drawings.deadlines", "drawings.privacy_gate"}
_STAFF = _ROOM | {"drawings.steps"}
ALLOWED |= {
    "drawings.plans": _STAFF,
    # Who hides a result as a whole reads all of it first, as reviewer and head did.
    "drawings.amendments": _STAFF | {"drawings.readings", "drawings.inspections", "drawings.hidden_texts"},
    "drawings.inspections": _STAFF | {"drawings.hidden_texts"},
    "drawings.statistics": _MODELS | {"drawings.steps", "drawings.deadlines", "drawings.privacy_gate"},
    # Its preview shows a version as the officers' form does.
    "drawings.checklists": _ROOM | {"drawings.inspections"},
    # What every other room may have published, searched where it lies.
    "drawings.published_texts": _ROOM | {
        "drawings.amendments", "drawings.checklists", "drawings.inspections", "drawings.plans",
    },
    "drawings.admin": _MODELS | {"drawings.annex", "drawings.checklists", "drawings.privacy_gate"},
    # The public room knows neither accounts nor trail nor imports: it has nothing of theirs to show.
    "drawings.disclosure": {
        f"{BASE}.access", f"{BASE}.calendar", f"{BASE}.clock", f"{BASE}.remembered", f"{BASE}.spreadsheets", "sources", "drawings.states", "drawings.protocol",
        "drawings.public_fields", "drawings.models", "drawings.public_log", "drawings.deadlines", "drawings.statistics",
    },
    "drawings.ceremony": _STAFF | {"drawings.plans", "drawings.amendments", "drawings.readings"},
    # A rehearsal plays the ceremony: with its files and checks, and without the public log.
    "drawings.rehearsals": _MODELS | {"drawings.steps", "drawings.readings", "drawings.ceremony"},
    # It acts as people do, through the verbs of all rooms in which somebody acts.
    "drawings.demo": _STAFF | {
        "drawings.plans", "drawings.ceremony", "drawings.amendments", "drawings.readings", "drawings.inspections",
        "drawings.statistics", "drawings.rehearsals", "drawings.checklists",
    },
}  # fmt: skip
# What Django itself looks for: these join rooms, and hold nothing else.
JOINERS = {
    f"{BASE}.{name}" for name in ("settings", "urls", "wsgi", "gunicorn.conf", "apps", "models", "admin", "management")
} | {"drawings.apps", "drawings.urls", "drawings.management", *PACKAGES}  # fmt: skip


def modules():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                yield name, path


def imports(name, path):
    """Yield the full names of all modules of ours that a module imports, relative ones resolved."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join(base + ([node.module] if node.module else []))
            found = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (module for module in found if module.split(".")[0] in PACKAGES)


def room(module):
    """The room that a module or a name in it belongs to; in `sources` and `enforcers` the app is the room."""
    words = module.split(".")
    if words[0] in (BASE, "drawings") and len(words) > 1:
        return f"{BASE}.gunicorn.conf" if words[1] == "gunicorn" else ".".join(words[:2])
    return words[0]


def outside(path):
    """Yield the full names of all that a module imports from outside its own package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# --- inside the rooms ----------------------------------------------------------------------------------------
# Where each module of a room stands: models; what reads, what writes, forms; views; addresses. Nobody looks up.
READS = (
    "prepared queries quotas report unit_history snapshot checks changes attribution periods minutes notice docx "
    "objects teams openness paging draws results units home log plans amendments downloads bundle attacks attack_tests "
    "visit_page pools unit_draws stepping_in unit_events stronger unit_page glossary poster pages fields frozen_files collector withdrawn standing issues chances frozen hat hat_page log_rows observer phases "
    "bases privacy visit_facts counted figures evaluation workbook map_links dossier board problems guards content choice limits plausible permit_rows sheet sheet_fields details hideable repeats findings away drafts sample_numbers open_tasks held release arrival form_words record phone_record phone_time shown_record unsigned merging signature gate pictures kept_files facts contents packing keys photos supplementing team_since record_parts visit_text bucket line_changes signed_measures originals "
    "kept result_lists result_filters result_rows result_files objection_file made_files exports finding_words stamp receipts about objections unit_names unit_search sitemap published counted_draws waiting public_figures figure_tables figure_rows figure_units figure_draws due_units charts scatter long_lists"
)
VERBS = (
    "verbs",
    "record_verbs",
    "voids",
    "seals",
    "substitutes",
    "effects",
    "withdrawals",
    "recusals",
    "writing",
    "shipped",
    "sampling",
    "redactions",
    "publication",
)
STEPS = (
    {"models": 0}
    | dict.fromkeys(
        (
            *READS.split(),
            *VERBS,
            "forms",
            "say_forms",
            "freeze_form",
            "request_forms",
            "sampling_forms",
            "record_forms",
            "supplement_form",
        ),
        1,
    )
    | {
        "views": 2,
        "request_views": 2,
        "say_views": 2,
        "sampling_views": 2,
        "record_views": 2,
        "redaction_views": 2,
        "photo_views": 2,
        "guide_views": 2,
        "result_views": 2,
        "site_views": 2,
        "figure_views": 2,
        "draw_page": 2,
        "form_page": 2,
        "phone_frame": 2,
        "json_form": 2,
        "json_record": 2,
        "question": 2,
        "admin": 2,
        "urls": 3,
    }
)
ROOMS = (
    "plans",
    "checklists",
    "amendments",
    "ceremony",
    "rehearsals",
    "inspections",
    "statistics",
    "disclosure",
    "published_texts",
)


def step_of(module):
    """The step of a module, or of a name in it; all that the models hold is below the rest."""
    words = module.split(".")
    return 0 if "models" in words else max((STEPS[word] for word in words[-2:] if word in STEPS), default=0)


def in_rooms():
    """Yield (module, path, step) of what stands in a room of drawings, and of the same names elsewhere."""
    for name, path in modules():
        words = name.split(".")
        in_room = words[0] == "drawings" and words[1:2] and words[1] in ROOMS and path.name != "__init__.py"
        if in_room or words[-1] in ("models", "queries", "verbs", "forms", "views", "admin", "urls"):
            yield name, path, STEPS.get(words[-1])


# --- the picture ---------------------------------------------------------------------------------------------
ARCHITECTURE = ROOT / BASE / "ARCHITECTURE.md"


def picture():
    """The arrows of `ALLOWED` for the architecture document: those that no other implies, then all of them."""
    names = {room: room.removeprefix(f"{BASE}.") for room in ALLOWED}

    def reach(room):
        found = set(ALLOWED[room])
        for each in ALLOWED[room]:
            found |= reach(each)
        return found

    lines = ["```mermaid", "graph BT"]
    for room in sorted(ALLOWED, key=lambda room: (len(reach(room)), room)):
        implied = set().union(*(reach(each) for each in ALLOWED[room]))
        lines += [f"  {names[room]} --> {names[each]}" for each in sorted(ALLOWED[room] - implied)]
    lines += ["```", "", "| room | may know |", "| --- | --- |"]
    for room in sorted(ALLOWED, key=lambda room: (len(reach(room)), room)):
        known = sorted(ALLOWED[room])
        if set(known) >= BASE_ROOMS:
            known = ["the base", *(each for each in known if each not in BASE_ROOMS)]
        known = [names.get(each, each) for each in known]
        lines.append(f"| {names[room]} | {', '.join(known) or 'nothing of ours'} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(picture())
