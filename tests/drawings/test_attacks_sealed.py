"""The attacks of the protocol's last table on a seal: what is public gives nobody its units, and no word to try guesses on."""

import io
import zipfile

import pytest
from django.urls import reverse

from drawings import public_log
from drawings.amendments import substitutes
from drawings.disclosure import openness
from drawings.inspections import verbs as inspections
from drawings.protocol import verify
from drawings.states import InspectionState


@pytest.fixture
def substitutes_by():
    return "seed"


# ---- recomputing a sealed draw from public registers ----


def test_under_seal_the_public_files_do_not_hold_the_salt(sealed, stranger):
    """Attack: recomputing a sealed draw from public registers: K needs the salt."""
    answers = {
        name: stranger.get(reverse("disclosure:draw_file", args=[sealed.code, name]))
        for name in openness.FILES
    }
    assert [name for name, answer in answers.items() if answer.status_code == 200] == [
        "commit.txt", "pool.tsv", "officers.tsv", "registers.tsv", "names.tsv", "entropy.txt", "verify.py", "verify.mjs",
    ]  # fmt: skip
    pages = [
        stranger.get(reverse(f"disclosure:{name}", args=args))
        for name, args in (("draw", [sealed.code]), ("log", []), ("log_file", []), ("draws", []))
    ]
    bundle = stranger.get(reverse("disclosure:bundle", args=[sealed.code])).content
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        assert not {"salt.txt", "result.tsv"} & {*files.namelist()}
        packed = [files.read(name) for name in files.namelist()]
    shown = b"".join([*(answer.content for answer in (*answers.values(), *pages)), *packed])
    assert sealed.commit_digest.encode() in shown
    assert sealed.file("salt.txt").split()[-1].encode() not in shown


def test_under_seal_even_the_whole_registry_gives_neither_the_key_nor_a_way_to_try(sealed):
    """Attack: recomputing a sealed draw from public registers, by somebody who has every row of pool.tsv."""
    pool, entropy = verify.parse_pool(sealed.file("pool.tsv")), sealed.file("entropy.txt")
    commit = verify.parse_commit(sealed.file("commit.txt"))
    right = verify.parse_result(sealed.file("result.tsv")).rows
    tickets = {row.ticket for row in right}
    for guess in ("0" * 32, sealed.commit_digest[:32], verify.digest(entropy)[:32]):
        salt = verify.write_salt(sealed.code, guess)
        assert verify.digest(salt) != commit.salt
        key = verify.seed(entropy, salt)
        tried = {t for s in commit.strata for _, t in verify.ranking(pool.units, s.code, key)}
        assert tried & tickets == set()
    assert verify.digest(sealed.file("salt.txt")) == commit.salt


def test_under_seal_the_log_gives_no_digest_to_try_guesses_against(
    sealed, report, head, organiser, organiser2
):
    """Attack: guessing a sealed draw from digests in the log, by somebody who guesses every word of it but the salt."""
    first, second, *_ = sealed.selections.all()
    seen = report(first.inspection, state=InspectionState.APPROVED)
    seen = inspections.publish(inspection=seen, actor=head, version=seen.version)
    row = substitutes.declare_officer(
        draw=sealed,
        officer=second.team.first().officer.certificate_number,
        unit=second.source.number,
        reason="ill",
        evidence="住院证明",
        away={},
        actor=organiser,
    )
    row = substitutes.confirm(substitution=row, actor=organiser2)
    fields = verify.substitute_fields(row.row())
    words = [
        "\t".join(fields[:8]),
        "\t".join(fields),
        seen.public_record(),
        sealed.file("result.tsv").split("\n")[1],
    ]
    for selection in sealed.selections.all():
        number = selection.source.number
        words += [number, f"{sealed.code} {number}", f"{sealed.code}/{number}", selection.name]
    told = public_log.text()
    assert verify.declare_digest(sealed.salt_text, row.declaration()) in told
    assert verify.salted_subject(sealed.salt_text, first.source.number) in told
    assert [word for word in words if word in told or verify.digest(word) in told] == []
