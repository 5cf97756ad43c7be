"""The laws of lists whose rows have no number: twice is once, no order matters, every export comes back unchanged."""

import io

import pytest
import workbooks
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws import times

from enforcers.models import Absence, Recusal, TrainingRecord
from enforcers.record_importers import AbsenceImporter, RecusalImporter, TrainingImporter
from sources.credit_importer import CreditImporter
from sources.models import CreditClass
from wugang_audit.imports.preview import Faulty
from wugang_audit.spreadsheets import export

LAWS = settings(
    deadline=None,
    max_examples=times(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WHO = st.sampled_from(["甲", "乙"])
DAYS = st.sampled_from(["2026-09-01", "2026-9-2", "2026年9月3日"])
LATER = st.sampled_from([None, "2026-10-01", "2099-01-01"])
WORDS = st.sampled_from([None, "说明", "1", "无"])
UNIT = st.sampled_from(["虚构1号化工厂", "虚构2号化工厂"])
LISTS = {
    AbsenceImporter: {"姓名": WHO, "事由": st.sampled_from(["请假", "抽调", "其他"]), "自": DAYS, "至": LATER, "说明": WORDS},
    TrainingImporter: {"姓名": WHO, "日期": DAYS, "内容": st.sampled_from(["一", "二"]), "学时": st.sampled_from([1, "8学时"]),
                       "结果": st.sampled_from([None, "优秀"])},
    RecusalImporter: {"姓名": WHO, "回避单位": UNIT, "依据": st.sampled_from([None, "机关决定"]), "原因": WORDS,
                      "自": st.sampled_from([None, "2026-09-01"]), "至": LATER},
    CreditImporter: {"单位名称": UNIT, "等级": st.sampled_from(list("ABCD")), "评定日期": DAYS, "有效期至": LATER, "来源文件": WORDS},
}  # fmt: skip
MODELS = (Absence, TrainingRecord, Recusal, CreditClass)


@pytest.fixture
def registries(officers, make_source):
    make_source(1)
    make_source(2)
    # Two that no list can tell apart by its key.
    for until in (None, "2026-10-01"):
        Absence.objects.create(officer=officers[0], kind="leave", since="2026-09-01", until=until)


def rows_of(importer):
    return st.lists(st.fixed_dictionaries(LISTS[importer]), min_size=1, max_size=6)


def standing():
    return [sorted(map(str, model.objects.values_list(*(
        field.name for field in model._meta.concrete_fields if field.name not in ("id", "created_at")
    )))) for model in MODELS]  # fmt: skip


def counts(preview):
    return preview.new, preview.changed, len(preview.faults)


@pytest.mark.parametrize("importer", LISTS)
def test_twice_is_once_in_any_order_and_the_export_is_unchanged(importer, registries):
    @LAWS
    @given(rows_of(importer), st.randoms(use_true_random=False))
    def law(rows, random):
        with transaction.atomic():
            content = workbooks.of_dicts(rows)
            shuffled = random.sample(rows, len(rows))
            try:
                importer.import_file(content, "list.xlsx", None)
            except Faulty:
                assert importer.preview(workbooks.of_dicts(shuffled), "x.xlsx").faults
                transaction.set_rollback(True)
                return
            found = standing()
            assert counts(importer.preview(content, "list.xlsx")) == (0, 0, 0)
            assert counts(importer.preview(workbooks.of_dicts(shuffled), "x.xlsx")) == (0, 0, 0)
            everything = importer().exported(importer.model.objects.all())
            back = b"".join(export.export(importer().written_columns, everything))
            assert io.BytesIO(back).read(2) == b"PK"
            preview = importer.import_file(back, "export.xlsx", None)
            assert (counts(preview), standing()) == ((0, 0, 0), found)
            transaction.set_rollback(True)

    law()
