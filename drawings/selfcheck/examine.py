"""Everything that was ever published, recomputed on the server."""

from collections.abc import Iterator

from ..models.declarations import Substitution
from ..models.draw import Draw, DrawFile
from ..models.inspection import Inspection
from ..models.log import LogEntry, LogKind
from ..protocol import verify
from ..public_log import recompute, text
from ..states import WITHOUT_RESULT, InspectionState
from . import replay


def examine() -> Iterator[tuple[bool, str]]:
    """Recompute all that was ever published, one (holds, line in Chinese) after the other.

    The chain; then of every draw its frozen files against their digests, the commit and the log; and of every drawn
    one the whole check of `verify`, and the stored units and teams against ``result.tsv`` and the substitutions, which
    are computed again.
    """
    chain = recompute()
    if chain.broken:
        yield False, f"公开日志：第 {chain.broken} 条对不上（前 {chain.count} 条前后相连）"
    else:
        yield True, f"公开日志：全部 {chain.count} 条前后相连"
    commits = dict(LogEntry.objects.commits().values_list("subject", "digest"))
    whole = text().encode()
    draws = {draw.code: draw for draw in Draw.objects.visible().order_by("pk")}
    for code in sorted(commits.keys() - draws.keys()):
        yield False, f"{code}：日志里有它的承诺，站上却没有这次抽签"
    for code, draw in draws.items():
        files = {
            name: (content, digest)
            for name, content, digest in DrawFile.objects.filter(draw=draw).values_list(
                "name", "content", "digest"
            )
        }
        wrong = [name for name, (content, digest) in files.items() if verify.digest(content) != digest]
        yield (
            not wrong,
            f"{code}："
            + (f"文件与摘要不符：{'、'.join(wrong)}" if wrong else f"{len(files)} 个文件与摘要相符"),
        )
        found = files.get("commit.txt", ("", ""))[0]
        committed = {verify.digest(found), draw.commit_digest, commits.get(code)}
        yield (
            len(committed) == 1,
            f"{code}：承诺文件、承诺值和日志" + ("一致" if len(committed) == 1 else "不一致"),
        )
        if draw.drawn_at is None and draw.state in WITHOUT_RESULT:
            continue
        bundle = {name: content.encode() for name, (content, _) in files.items()} | {"log.tsv": whole}
        failed = [line for line in verify.check(bundle) if not line.ok]
        yield not failed, f"{code}：" + ("重新计算与结果一致" if not failed else "复算不通过")
        yield from ((False, f"{code}：{line.what}：{line.detail}") for line in failed)
        lost = _unlogged(draw)
        yield (
            not lost,
            f"{code}："
            + (
                f"{lost} 份公开的检查结果或替补记载在日志里找不到"
                if lost
                else "公开的检查结果和替补记载与日志相符"
            ),
        )
        contents = {name: content for name, (content, _) in files.items()}
        same = replay.stored(draw) == replay.recomputed(draw, contents)
        yield same, f"{code}：任务里的单位和检查组与结果" + ("一致" if same else "不一致")


def _unlogged(draw: Draw) -> int:
    """Count published findings and substitutions that have no row in the log for their text of today."""
    logged = set(LogEntry.objects.filter(subject__startswith=f"{draw.code}/").values_list("kind", "digest"))
    findings = Inspection.objects.filter(selection__draw=draw, state=InspectionState.PUBLISHED)
    known = findings.select_related("selection__draw", "selection__source").iterator(chunk_size=500)
    texts = [(LogKind.FINDING.value, inspection.public_record()) for inspection in known]
    confirmed = Substitution.objects.confirmed().filter(selection__draw=draw)
    texts += [
        (f"substitute-{kind}", document) for kind, document in confirmed.values_list("kind", "document")
    ]
    return sum((kind, verify.digest(document)) not in logged for kind, document in texts)
