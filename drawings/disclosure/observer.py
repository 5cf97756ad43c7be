"""The observer's kit: what a witness checks before, during and after a draw, with the very digests of that draw."""

from dataclasses import dataclass

import segno

from ..protocol import verify
from .draws import DrawPage
from .log_rows import Entry

# The rows of the log that are steps of a draw: the head after each is what an observer writes down.
STEPS = ("commit", "entropy", "result", "publish", "declare", "substitute", "unseal", "void")
BOUND = ((verify.POOL, "单位名单"), (verify.OFFICERS, "人员名单"), (verify.REGISTERS, "外部名册对照"))


@dataclass(frozen=True)
class Step:
    """One step in the log: the chain value after it, which nobody can bring about again with another past."""

    title: str
    about: str
    entry: Entry | None  # None: it has not been taken; there is a line to write on


@dataclass(frozen=True)
class Bound:
    """A file that the commit binds, by its digest and its number of rows."""

    name: str
    title: str
    digest: str
    rows: int | None


@dataclass(frozen=True)
class Kit:
    qr: str  # of the commit's digest, as on the notice
    bound: tuple[Bound, ...]
    steps: tuple[Step, ...]

    @property
    def frozen(self) -> Entry | None:
        return self.steps[0].entry


def kit_of(page: DrawPage) -> Kit:
    """Make the kit from what the draw's page shows."""
    return Kit(
        qr=segno.make(page.draw.commit_digest, error="m").svg_data_uri(scale=4, border=2),
        bound=_bound(page),
        steps=tuple(_steps(page)),
    )


def _bound(page: DrawPage) -> tuple[Bound, ...]:
    try:
        commit = verify.parse_commit(page.commit)
    except verify.Invalid:
        return ()
    digests = {
        verify.POOL: (commit.pool, commit.pool_rows),
        verify.OFFICERS: (commit.officers, commit.officers_rows),
        verify.REGISTERS: (commit.registers, commit.registers_rows),
    }
    files = [Bound(name, title, *digests[name]) for name, title in BOUND]
    return (*files, Bound(verify.SALT, "盐", commit.salt, None))


def _steps(page: DrawPage) -> list[Step]:
    """The steps that the log has, and those of an ordinary draw that are still to come."""
    taken = [entry for entry in page.entries if entry.kind in STEPS]
    steps = [Step(entry.label, "" if entry.is_coded else entry.about, entry) for entry in taken]
    if page.draw.is_void:
        return steps
    kinds = [entry.kind for entry in taken]
    if "commit" not in kinds:
        steps.append(Step("公布承诺", "", None))
    waiting = page.entropy[kinds.count("entropy") :]
    steps += [Step("录入随机数", one.title, None) for one in waiting]
    for kind, title in (
        ("result", "算出结果"),
        ("publish", "下达任务，名单密封" if page.draw.is_sealed else "公布名单"),
    ):
        if kind not in kinds:
            steps.append(Step(title, "", None))
    if page.draw.is_sealed and "unseal" not in kinds:
        steps.append(Step("解封", "", None))
    return steps
