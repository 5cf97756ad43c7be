"""The public log (``log.tsv`` of draw/2): chained, append-only, one for the whole site."""

from django.db import models

ANCHOR = "audit/"  # begins the subject of a head of the trail, before the index of its entry
# End the subjects of rows `audit` about the photos of a finding (PROTOCOL.md, 7.6).
PHOTOS, HIDDEN_PHOTO = "/photos", "/hidden-photo"


class LogKind(models.TextChoices):
    """What a row says that was done [draw/2, log.tsv], and how the public reads it."""

    COMMIT = "commit", "公布承诺"
    ENTROPY = "entropy", "录入随机数"
    RESULT = "result", "算出结果"
    PUBLISH = "publish", "公布"
    UNSEAL = "unseal", "解封"
    VOID = "void", "作废"
    DECLARE = "declare", "申报替补"
    SUBSTITUTE = "substitute", "替补生效"
    FINDING = "finding", "公开检查结果"
    CORRECTION = "correction", "更正"
    REDACTION = "redaction", "依法隐去"
    # Digests of what is kept and not published: heads of the trail, and on-site records by the subject of their finding.
    # The same kind, which every program takes, for the list of a finding's public photos.
    AUDIT = "audit", "审计链头"
    PLAN = "plan", "公布计划"
    KEY = "key", "日志签名公钥"
    WITHDRAW = "withdraw", "撤下姓名或名称"

    @classmethod
    def label_of(cls, kind: str, subject: str = ANCHOR) -> str:
        """Return the words for a kind; one that is none of ours stays as it is."""
        if kind == cls.AUDIT and not subject.startswith(ANCHOR):
            words = {PHOTOS: "公开照片", HIDDEN_PHOTO: "依法隐去照片"}
            return next((said for end, said in words.items() if subject.endswith(end)), "固定现场记录")
        return cls(kind).label if kind in cls.values else kind


OF_THE_SITE = (
    LogKind.AUDIT,
    LogKind.PLAN,
    LogKind.KEY,
)  # they may stand anywhere in the log, and their subject names no draw


# Always of one unit of a draw, never of the draw itself.
OF_INSPECTIONS = (LogKind.FINDING, LogKind.CORRECTION)


class LogQuerySet(models.QuerySet):
    def of_draw(self, code: str) -> "LogQuerySet":
        """What the log says of a draw itself, substitutes and its own hidden texts included; not of its inspections."""
        about = self.filter(models.Q(subject=code) | models.Q(subject__startswith=f"{code}/"))
        of_units = models.Q(kind=LogKind.REDACTION, subject__startswith=f"{code}/")
        return about.exclude(of_units).exclude(kind__in=[*OF_INSPECTIONS, *OF_THE_SITE])

    def of_findings(self, code: str) -> "LogQuerySet":
        """The findings of a draw's inspections, their corrections, and what was hidden of the draw."""
        about = self.filter(models.Q(subject=code) | models.Q(subject__startswith=f"{code}/"))
        return about.filter(kind__in=[*OF_INSPECTIONS, LogKind.REDACTION, LogKind.AUDIT])

    def commits(self) -> "LogQuerySet":
        """The rows that published the digest of a commit: one for each draw that was frozen."""
        return self.filter(kind=LogKind.COMMIT)


class LogEntry(models.Model):
    """A row of ``log.tsv``; written by `public_log.append` alone, the database refuses any change."""

    index = models.PositiveBigIntegerField(unique=True)
    time = models.CharField(max_length=25)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    objects = LogQuerySet.as_manager()

    class Meta:
        ordering = ["index"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.index} {self.kind} {self.subject}"
