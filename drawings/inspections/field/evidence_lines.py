"""What the on-site record says of the evidence of a visit."""

from ...models import Inspection


def evidence_lines(inspection: Inspection) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return (digest of the original, photo or pdf, when taken, point, caption) of each piece that was not removed."""
    return ()
