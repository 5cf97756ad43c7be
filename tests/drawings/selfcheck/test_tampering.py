"""Tables changed behind the site's back: `verify_log` notices each change, and says what does not fit with what."""

import datetime

from attack_cases import faults_of_verify_log
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tampering_cases import again, another_item, cut_trail, rows, unnoticed, without

from drawings.models import (
    ChangesConfirmed,
    ChangesObjection,
    Deposit,
    Draw,
    DrawFile,
    EntropySource,
    Inspection,
    InspectionItem,
    LogEntry,
    Plan,
    PlanRate,
    Selection,
    Substitution,
    SubstitutionPlace,
    TeamMember,
    VoidRequest,
)
from drawings.selfcheck import evidence
from sources.models import PollutionSource
from wugang_audit.audit import trail
from wugang_audit.audit.models import AuditEntry

HOUR = datetime.timedelta(hours=1)
UNIT, WAITS = (
    {"kind": "unit"},
    {"confirmed_at__isnull": False, "effective_at": None},
)  # declarations of the site


def this_draw(**fields):
    return lambda site: Draw.objects.filter(code="2026Q4").update(**fields)


def of(code, **fields):
    return lambda site: Draw.objects.filter(code=code).update(**fields)


def declaration_deleted(site):
    refused = Substitution.objects.filter(refused_at__isnull=False)
    SubstitutionPlace.objects.filter(substitution__in=refused).delete()
    refused.delete()


def later(field, code="2026Q4"):
    """Move a date of the draw by an hour."""
    return lambda site: of(code, **{field: getattr(site.draw(code), field) + HOUR})(site)


def another_officer(site):
    """Put a third officer on a team."""
    member = TeamMember.objects.filter(selection__draw__code="2026Q4").first()
    on_it = TeamMember.ever.filter(selection=member.selection).values("officer")
    other = type(member.officer).objects.exclude(pk__in=on_it).first()
    TeamMember.ever.bulk_create(
        [
            TeamMember(
                selection=member.selection, officer=other, name=other.name, is_lead=False, replaces=member
            )
        ]
    )


def lead_given_away(site):
    """Let the second of a team lead it, and the lead be the second."""
    lead, second = TeamMember.objects.filter(selection=site.inspection().selection)
    TeamMember.objects.filter(pk__in=[lead.pk, second.pk]).delete()
    lead.is_lead, second.is_lead = False, True
    TeamMember.objects.bulk_create([lead, second])


def crossed(site):
    """Turn the mark of a team from outside the speciality round."""
    for row in Selection.objects.filter(draw__code="2026Q4")[:1]:
        Selection.objects.filter(pk=row.pk).update(is_cross=not row.is_cross)


def one_pair_of_eyes(site):
    """Let who accepted a value have read it first as well, in the table and in the trail."""
    row = EntropySource.objects.get(source="ssq")
    EntropySource.objects.filter(pk=row.pk).update(first_by=row.accepted_by)
    AuditEntry.objects.filter(action="第一次录入随机数", changes__source=str(row)).update(
        actor=row.accepted_by
    )


def item_of_draw(site):
    Draw.objects.filter(code="2026Q4").update(item=another_item(site))


def another_plan(site):
    """Let the draw rest on another version with the same rates."""
    old = Plan.objects.get()
    plan = Plan.objects.create(year=2026, version=2, title="第二版", basis="x", created_by=old.created_by)
    PlanRate.objects.bulk_create(
        PlanRate(plan=plan, stratum=r.stratum, numerator=r.numerator, denominator=r.denominator, position=r.position)
        for r in old.rates.all()
    )  # fmt: skip
    Draw.objects.filter(code="2026Q4").update(plan=plan)


def cut_log(site):
    """Take the last row away, and those after it that are of no draw."""
    last = LogEntry.objects.filter(subject__startswith="2026Q4/").latest("index")
    LogEntry.objects.filter(index__gte=last.index).delete()


# What is changed -> (the change, words of the line that says so).
CHANGES = {
    # draws
    "published set back to drawn": (this_draw(state="drawn"), "状态是“已抽取”，按日志应为“已公布”"),
    "published set to void": (this_draw(state="void"), "状态是“已作废”，按日志应为“已公布”"),
    "void set back to published": (of("2026Q2", state="published"), "状态是“已公布”，按日志应为“已作废”"),
    "set back to a draft": (this_draw(state="draft"), "状态是“准备中”，按日志应为“已公布”"),
    "disclosure": (of("2026Q3", disclosure="open"), "公开方式是“随即公开”，承诺的是“密封到检查完成”"),
    "open draw sealed": (this_draw(disclosure="sealed"), "公开方式是“密封到检查完成”，承诺的是“随即公开”"),
    "unsealed_at removed": (of("2026Q3", unsealed_at=None), "解封时间：没有时间"),
    "unsealed_at moved": (later("unsealed_at", "2026Q3"), "解封时间：时间是"),
    "unsealed without a row": (this_draw(unsealed_at="2026-10-09T00:00Z"), "解封时间：日志里没有这一步"),
    "unseal_on moved": (of("2026Q3", unseal_on="2026-10-01"), "自动解封日期和冻结时的审计记录不一致"),
    "unseal_on given": (this_draw(unseal_on="2026-10-01"), "自动解封日期和冻结时的审计记录不一致"),
    "published_at moved": (later("published_at"), "公布时间：时间是"),
    "frozen_at moved": (later("frozen_at"), "冻结时间：时间是"),
    "drawn_at moved": (later("drawn_at"), "抽取时间：时间是"),
    "voided_at moved": (later("voided_at", "2026Q2"), "作废时间：时间是"),
    "void_reason": (of("2026Q2", void_reason="系统故障：停电"), "作废原因和日志里的指纹不一致"),
    "void_reason of a draw that is not void": (this_draw(void_reason="停电"), "作废原因：日志里没有作废"),
    "witnesses": (this_draw(witnesses="无"), "见证人和审计记录不一致"),
    "commit_digest": (this_draw(commit_digest="a" * 64), "承诺文件、承诺值和日志不一致"),
    "salt": (rows(DrawFile, {"name": "salt.txt"}, content="x"), "文件与指纹不符：salt.txt"),
    "counts of changes": (this_draw(changes={}), "名录变化和冻结时的审计记录不一致"),
    "who froze": (lambda site: this_draw(frozen_by=site.cast["head"])(site), "冻结：操作人和审计记录"),
    "who published": (lambda site: this_draw(published_by=site.cast["head"])(site), "公布：操作人和审计记录"),
    "who opened the draw": (lambda site: this_draw(created_by=site.cast["head"])(site), "建立人和审计记录不一致"),
    "year": (this_draw(year=2025), "年度和季度（2025 年第 4 季度）和编号不一致"),
    "code": (this_draw(code="2026Q4-9"), "2026Q4：日志第"),
    "item of the draw": (item_of_draw, "抽查事项和冻结时的审计记录不一致"),
    "plan of the draw": (another_plan, "所依据的计划和冻结时的审计记录不一致"),
    "no plan": (this_draw(plan=None), "所依据的计划的抽查比例和承诺的不一致"),
    "file changed": (rows(DrawFile, {"name": "result.tsv"}, content="x"), "文件与指纹不符：result.tsv"),
    "file deleted": (without(DrawFile, name="result.tsv"), "文件 result.tsv：日志里有这一步，站上却没有这份文件"),
    # entropy
    "value": (rows(EntropySource, {"source": "ssq"}, value="01 05 12 23 28 32 07"), "随机来源 ssq 2026112：结果"),
    "value hidden again": (rows(EntropySource, {"source": "ssq"}, value=""), "随机来源 ssq 2026112：登记为已确认"),
    "accepted_at": (
        rows(EntropySource, {"source": "dice10"}, accepted_at="2026-10-08T02:10Z"), "随机来源 dice10 20：结果"
    ),
    "accepted_at removed": (rows(EntropySource, {"source": "dice10"}, accepted_at=None), "没有时间"),
    "who accepted": (
        lambda site: rows(EntropySource, {"source": "dice10"}, accepted_by=site.cast["head"])(site), "结果或确认人和审计记录"
    ),
    "known_at": (rows(EntropySource, {"source": "ssq"}, known_at="2026-10-08T13:16Z"), "和承诺的不一致"),
    "who read first": (
        lambda site: rows(EntropySource, {"source": "ssq"}, first_by=site.cast["head"])(site),
        "随机来源 ssq 2026112：第一次录入人和审计记录",
    ),
    "nobody read first": (rows(EntropySource, {"source": "dice10"}, first_by=None), "第一次录入人和审计记录"),
    "when it was read first": (rows(EntropySource, {"source": "ssq"}, first_at="2026-10-08T12:00Z"), "第一次录入：时间是"),
    "first reading without a time": (rows(EntropySource, {"source": "ssq"}, first_at=None), "第一次录入：没有时间"),
    "what was read first": (rows(EntropySource, {"source": "ssq"}, first_value="x"), "第一次录入的和结果不一致"),
    "one pair of eyes": (one_pair_of_eyes, "两次录入是同一个人"),
    "first reading of the machine's number": (
        lambda site: rows(EntropySource, {"source": "system"}, first_by=site.cast["head"])(site),
        "登记了第一次录入，审计记录里没有",
    ),
    "source deleted": (without(EntropySource, source="ssq"), "随机来源有 1 个，承诺的是 2 个"),
    # tasks
    "name on a team": (rows(TeamMember, name="换过的人"), "任务里的单位和检查组与结果不一致"),
    "officer of a team added": (another_officer, "任务里的单位和检查组与结果不一致"),
    "lead of a team": (lead_given_away, "任务里的单位和检查组与结果不一致"),
    "unit drawn": (rows(Selection, ticket="b" * 64), "任务里的单位和检查组与结果不一致"),
    "cross": (crossed, "任务里的单位和检查组与结果不一致"),
    "unit added": (
        again(
            Selection, rank=99, replaces=None,
            source=lambda site: PollutionSource.objects.exclude(selections__draw__code="2026Q4").first(),
        ),
        "任务里的单位和检查组与结果不一致",
    ),
    # amendments
    "substitution's evidence": (rows(Substitution, UNIT, evidence="x"), "替补申报 1：事实和证据和审计记录"),
    "substitution's reason": (rows(Substitution, UNIT, reason="untraced"), "替补申报 1：原因和审计记录"),
    "why another was away": (rows(Substitution, UNIT, away={"16041048001": "x"}), "替补申报 1：事实和证据和审计记录"),
    "substitution un-confirmed": (
        rows(Substitution, UNIT, confirmed_at=None, confirmed_by=None), "替补申报 1：确认：没有时间"
    ),
    "substitution's second person": (
        lambda site: rows(Substitution, UNIT, confirmed_by=site.cast["head"])(site), "替补申报 1：确认人和审计记录"
    ),
    "substitution's serial": (rows(Substitution, UNIT, serial=9), "替补申报 1：序号和审计记录"),
    "substitution's issue": (rows(Substitution, UNIT, label="26299"), "替补申报 1：点名的期次和审计记录"),
    "time of its issue": (rows(Substitution, UNIT, known_at="2026-10-09T13:26Z"), "替补申报 1：申报：日志里没有这份内容"),
    "value of its issue": (rows(Substitution, UNIT, value="9 9 9 9 9", first_value="9 9 9 9 9"), "替补申报 1：号码或期号和审计记录"),
    "another value of the same issue": (
        lambda site: EntropySource.objects.create(
            draw=site.draw("2026Q2"), position=9, source="pl5", label="26282", value="9 9 9 9 9",
            known_at="2026-10-09T13:25Z",
        ),
        "排列5 第 26282 期：本站登记了不同的号码",
    ),
    "issue that was drawn": (rows(Substitution, UNIT, issue="26283"), "替补申报 1：号码或期号和审计记录"),
    "second reader of its value": (
        lambda site: rows(Substitution, UNIT, accepted_by=site.cast["head"])(site), "替补申报 1：号码确认人和审计记录"
    ),
    "both readings by one": (
        lambda site: rows(Substitution, UNIT, first_by=site.cast["organiser"])(site), "替补申报 1：第一次录入人和审计记录"
    ),
    "substitution's outcome": (rows(Substitution, UNIT, outcome="-"), "替补申报 1：替补：日志里没有这份内容"),
    "substitution undone": (rows(Substitution, UNIT, effective_at=None), "替补申报 1：没有生效，却有结果"),
    "value that nobody typed": (
        rows(Substitution, WAITS, value="3 1 4 1 5", accepted_at="2026-10-09T13:26Z"), "号码：审计记录里没有确认"
    ),
    "reading that nobody made": (
        lambda site: rows(Substitution, WAITS, first_by=site.cast["head"])(site), "第一次录入和审计记录不一致"
    ),
    "who steps in": (
        rows(SubstitutionPlace, {"officer__isnull": False}, officer=None),
        "登记的替补人员或单位和结果不一致",
    ),
    "place of a declaration": (
        lambda site: SubstitutionPlace.objects.filter(substitution__effective_at=None).delete(), "日志里没有这份内容"
    ),
    "refusal taken back": (
        rows(Substitution, {"refused_at__isnull": False}, refused_at=None, refused_by=None), "驳回：没有时间"
    ),
    "refusal made a confirmation": (
        rows(Substitution, {"refused_at__isnull": False}, confirmed_at="2026-10-08T14:15Z"), "确认：审计记录里没有这一步"
    ),
    "substitution deleted": (declaration_deleted, "审计记录里有，站上没有"),
    "request of a void, evidence": (rows(VoidRequest, evidence="x"), "作废申请 1：和抽签上登记的作废原因不一致"),
    "refused void hidden": (without(VoidRequest, refused_at__isnull=False), "作废申请里没有和它相符的内容"),
    "refused void made open": (
        rows(VoidRequest, {"refused_at__isnull": False}, refused_at=None, refused_by=None), "作废申请里没有和它相符的内容"
    ),
    "who confirmed a void": (
        lambda site: rows(VoidRequest, confirmed_by=site.cast["head"])(site), "作废申请 1的确认：操作人和审计记录"
    ),
    # deposits and second readings
    "deposit's place": (rows(Deposit, where="别处"), "存放 1：存放处和审计记录"),
    "deposit's file": (rows(Deposit, {"kind": "timestamp"}, file=b"x"), "存放 2：时间戳文件里没有本次的承诺值"),
    "deposit deleted": (without(Deposit, kind="timestamp"), "存放里没有和它相符的内容"),
    "deposit added": (again(Deposit, where="第三处"), "存放 3：审计记录里没有这一步"),
    "who read the changes": (
        lambda site: rows(ChangesConfirmed, by=site.cast["head"])(site), "名录变动核对 1：操作人和审计记录"
    ),
    "what was read": (rows(ChangesConfirmed, fingerprint="c" * 64), "名录变动核对 1：核对的内容和审计记录"),
    "second reading deleted": (without(ChangesConfirmed), "名录变动核对里没有和它相符的内容"),
    "what was objected to": (rows(ChangesObjection, reason="没有异议"), "名录变动异议 1：原因和审计记录"),
    "objection revived": (
        rows(ChangesObjection, {"lifted_by": None}, withdrawn_at=None), "撤回的异议里没有和它相符的内容"
    ),
    "lifting undone": (
        rows(ChangesObjection, {"lifted_by__isnull": False}, lifted_by=None, lifted_because=""), "解除的异议里没有和它相符的内容"
    ),
    "why it was lifted": (
        rows(ChangesObjection, {"lifted_by__isnull": False}, lifted_because="别的"), "名录变动异议 2的解除：解除理由和审计记录"
    ),
    "who lifted it": (
        lambda site: rows(ChangesObjection, {"lifted_by__isnull": False}, lifted_by=site.cast["reviewer"])(site),
        "名录变动异议 2的解除：操作人和审计记录",
    ),
    "objection deleted": (without(ChangesObjection), "名录变动异议里没有和它相符的内容"),
    # plans
    "plan's title": (rows(Plan, title="另一份计划"), "2026 年计划第 1 版：日志里没有这份内容"),
    "plan's basis": (rows(Plan, basis="x"), "2026 年计划第 1 版：日志里没有这份内容"),
    "plan's rate": (rows(PlanRate, numerator=1), "2026 年计划第 1 版：日志里没有这份内容"),
    "plan withdrawn": (rows(Plan, published_at=None), "（公布计划，plan/2026/1）：站上没有和它相符的内容"),
    "plan's date": (rows(Plan, published_at="2026-02-01T00:00Z"), "2026 年计划第 1 版：时间是"),
    "published item": (rows(InspectionItem, basis="另一条"), "2026 年计划第 1 版：日志里没有这份内容"),
    "item taken off": (
        lambda site: Plan.items.through.objects.all().delete(), "2026 年计划第 1 版：日志里没有这份内容"
    ),
    # the log and the trail
    "log's tail": (cut_log, "日志里没有这份内容"),
    "trail of the publication": (cut_trail("公布抽签结果"), "公布：审计记录里没有这一步"),
    "trail of the freeze": (cut_trail("冻结名单"), "冻结：审计记录里没有这一步"),
    "trail of a value": (cut_trail("确认随机数"), "审计记录里没有确认这个结果"),
    "trail of a first reading": (cut_trail("第一次录入随机数"), "登记了第一次录入，审计记录里没有"),
}  # fmt: skip


def test_a_site_on_which_everything_has_happened_holds(site):
    assert faults_of_verify_log() == []


def test_each_change_behind_the_sites_back_is_named(site, open_tables):
    assert unnoticed(site, CHANGES) == {}


def test_a_step_taken_between_two_reads_is_no_fault(published_draw, monkeypatch):
    """The log is read before the tables: what a person does just then is looked at once more."""
    read, taken = evidence.Evidence.__init__, []

    def then_named(self, draw):
        read(self, draw)
        if not taken:
            taken.append(Draw.objects.filter(pk=draw.pk).update(witnesses="刚登记的人"))
            trail.record(None, "登记见证人", draw, {"before": "", "after": "刚登记的人"})

    monkeypatch.setattr(evidence.Evidence, "__init__", then_named)
    assert faults_of_verify_log() == []
    assert taken


def test_queries_do_not_grow_with_the_findings(site, inspect, reviewer, head):
    with CaptureQueriesContext(connection) as before:
        assert faults_of_verify_log() == []
    waiting = Inspection.objects.filter(selection__draw__code="2026Q3", state="draft")
    for row in waiting:
        inspect(row, "submit", "approve", "publish", reviewer=reviewer, head=head)
    with CaptureQueriesContext(connection) as after:
        assert faults_of_verify_log() == []
    assert len(waiting) and len(after) == len(before)
