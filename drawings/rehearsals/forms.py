"""Form of the start of a rehearsal: that of a draw."""

from ..ceremony.forms import StartForm


class RehearsalForm(StartForm):
    """Which quarter is rehearsed, and under which inspection item."""
