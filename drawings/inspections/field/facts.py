"""What registry and permit say of a unit, as far as it decides which checklists a visit goes by (`choice`)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from sources import doubles
from sources.models import Medium, OutletKind, PermitClass, PermitCondition, PollutionSource

from ...models import Inspection
from ...models.strata import category_in
from .choice import Unit


def unit_of(inspection: Inspection) -> Unit:
    """Return what of the drawn unit decides which checklists apply: its class as it was drawn."""
    selection, source = inspection.selection, inspection.selection.source
    outlets, _ = doubles.held_to(source, _kinds_of_outlets)
    facts = (
        source.permit_class, source.media, source.discharges_wastewater, source.discharges_waste_gas,
        source.speciality and source.speciality.code, source.industry_code,
    )  # fmt: skip
    return unit_with(category_in(selection.stratum), facts, outlets)


# The columns of a unit by which its checklists are chosen, in the order of `unit_with`.
FACTS = (
    "permit_class", "media", "discharges_wastewater", "discharges_waste_gas", "speciality__code", "industry_code",
)  # fmt: skip


def has_outlets(source: str) -> dict[str, Exists]:
    """Return an annotation for each kind of outlet: whether a unit's permit has conditions in use for it.

    They are for counting many units at once, and leave out what a joined unit is held to by the one that stays.

    :param source: the column that holds the key of the unit.
    """
    in_use = PermitCondition.objects.filter(source=OuterRef(source), is_active=True)
    return {f"has_{kind}": Exists(in_use.filter(outlet_kind=kind)) for kind in OutletKind}


def kinds_in(has: Iterable[bool]) -> list[str]:
    """Return the kinds of outlets of which the annotations of `has_outlets` say that they are there."""
    return [kind.value for kind, is_there in zip(OutletKind, has, strict=True) if is_there]


def unit_with(category: str, facts: Sequence[Any], outlets: Iterable[str]) -> Unit:
    """Return what decides of a unit in a class, with `FACTS`, and with conditions for these kinds of outlets."""
    permit_class, media, wastewater, waste_gas, speciality, industry = facts
    kinds = frozenset(outlets)
    return Unit(
        category=category,
        permit_classes=permit_classes_of(permit_class, kinds),
        media=media_of(media, wastewater, waste_gas, kinds),
        speciality=speciality or "",
        industry=industry,
    )


# Waste is moved, not discharged: it goes by the class of the permit instead (`permit_classes_of`).
MEDIUM_OF_OUTLET = {
    OutletKind.ORGANISED: Medium.AIR,
    OutletKind.FUGITIVE: Medium.AIR,
    OutletKind.WATER: Medium.WATER,
    OutletKind.NOISE: Medium.NOISE,
}


def media_of(listed: str, wastewater: bool, waste_gas: bool, outlets: Iterable[str] = ()) -> frozenset[str]:
    """Return the media of a unit: what it is listed for, where it discharges into, and what its permit sets limits for.

    The registry and the permit are kept by different hands: what either of them knows is enough.

    :param listed: codes of `Medium`, parted by commas.
    :param outlets: the kinds of outlets (`OutletKind`) for which its permit has conditions in use.
    """
    media = {code for code in listed.split(",") if code}
    media |= {Medium.WATER.value} if wastewater else set()
    media |= {Medium.AIR.value} if waste_gas else set()
    return frozenset(media | {MEDIUM_OF_OUTLET[kind].value for kind in outlets if kind in MEDIUM_OF_OUTLET})


def permit_classes_of(listed: str, outlets: Iterable[str] = ()) -> frozenset[str]:
    """Return the classes of permit by which the checklists of a unit are chosen.

    What is set for solid and hazardous waste stands in a permit alone (HJ 1200-2021), and who is only registered has no permit
    (《排污许可管理条例》第二十四条). So a unit with such conditions has a permit, even if the registry says 登记管理 or
    nothing: it counts as 简化管理 as well, the least that it can be.

    :param listed: a code of `PermitClass`, empty for none.
    :param outlets: the kinds of outlets (`OutletKind`) for which its permit has conditions in use.
    """
    held = {listed} - {""}
    if OutletKind.WASTE in outlets and not held & {PermitClass.KEY, PermitClass.SIMPLIFIED}:
        held.add(PermitClass.SIMPLIFIED.value)
    return frozenset(held)


def _kinds_of_outlets(source: PollutionSource) -> list[str]:
    in_use = source.conditions.filter(is_active=True)
    return list(in_use.order_by("outlet_kind").values_list("outlet_kind", flat=True).distinct())
