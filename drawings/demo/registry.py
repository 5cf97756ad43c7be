"""What changes in the registry while the demonstration is played: a unit takes another name, a closed one is struck off."""

from drawings.models import Inspection
from drawings.models.inspection import Outcome
from drawings.states import InspectionState
from sources import verbs
from sources.importer import SourceImporter
from sources.models import PollutionSource
from wugang_audit.accounts.models import User
from wugang_audit.imports.entering import import_and_enter

from . import texts


def _published(*outcomes: Outcome) -> list[PollutionSource]:
    """Return units with such a public result, the latest first."""
    rows = Inspection.objects.filter(state=InspectionState.PUBLISHED, outcome__in=outcomes)
    return [row.selection.source for row in rows.select_related("selection__source").order_by("-pk")]


def rename(admin: User) -> None:
    """Enter the new name of a unit by the list that the clerk got, and with it nothing else."""
    taken = set(PollutionSource.objects.values_list("name", flat=True))
    for unit in _published(Outcome.ORDERED, Outcome.URGED):
        name = unit.name.replace("有限公司", "集团有限公司")
        if name not in taken:
            content = f"污染源编码,单位名称\n{unit.number},{name}\n".encode()
            import_and_enter(SourceImporter(), "演示企业更名登记.csv", content, admin, texts.RENAMED)
            return


def strike_off(admin: User) -> None:
    """Take the unit off that was last found closed."""
    found = [unit.pk for unit in _published(Outcome.CLOSED)[:1]]
    verbs.set_active(PollutionSource.objects.filter(pk__in=found), False, admin, reason=texts.STRUCK_OFF)
