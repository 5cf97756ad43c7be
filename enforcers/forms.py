"""The forms in which an administrator keeps officers and recusals."""

from wugang_audit import cells
from wugang_audit.cell_forms import CellForm
from wugang_audit.registry_admin import ReasonForm
from wugang_audit.workbooks import Column

from .columns import COLUMNS
from .models import Officer, Recusal


class OfficerForm(CellForm, ReasonForm):
    columns = COLUMNS

    class Meta:
        model = Officer
        exclude = ["specialities", "updated_at"]


class RecusalRowForm(CellForm):
    columns = (Column("reason", "原因", cells.text(200), required=True),)

    class Meta:
        model = Recusal
        exclude = []


class RecusalForm(RecusalRowForm, ReasonForm):
    pass
