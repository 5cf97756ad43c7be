"""Which law the points of the shipped checklists cite, in force and repealed."""

import json

from house import ROOT


def _shipped_points():
    """{code of the point: its citations} of the fixture, and the law of the fixture by citation."""
    law, points = (
        (ROOT / "fixtures" / name).read_text(encoding="utf-8") for name in ("law.json", "checklists.json")
    )
    law = {row["pk"]: row["fields"] for row in json.loads(law)}
    named = {pk: (row["law"], row["article"], row["in_force_from"]) for pk, row in law.items()}
    old = {named[pk]: named[row["replaced_by"]] for pk, row in law.items() if row["replaced_by"]}
    rows = [row["fields"] for row in json.loads(points) if row["model"] == "drawings.checklistpoint"]
    return {row["code"]: [tuple(basis) for basis in row["bases"]] for row in rows}, old


def test_a_point_cites_what_its_article_of_the_code_replaced():
    """Visits before 2026-08-15 rest on the old law: an article that the code took over is cited beside its heir."""
    points, heirs = _shipped_points()
    replaced = set(heirs.values())
    for code, bases in points.items():
        assert len(set(bases)) == len(bases)
        for basis in bases:
            if basis in heirs and basis[1] != "第二十四条":
                assert heirs[basis] in bases, code  # no old article without its heir
            if basis in replaced:
                assert any(heirs.get(other) == basis for other in bases), (code, basis)
    cited = {basis for bases in points.values() for basis in bases}
    of_the_annex = ("中华人民共和国环境保护法", "第十条", "2015-01-01")
    assert set(heirs) - cited == {of_the_annex}


def test_no_point_about_water_cites_the_law_of_the_air_and_the_other_way_round():
    for code, bases in _shipped_points()[0].items():
        laws = {law for law, *_ in bases}
        assert not (
            code.startswith(("ww-", "hp-", "sw-", "fs-oil")) and "中华人民共和国大气污染防治法" in laws
        ), code
        assert not (code.startswith(("gas-", "fs-un", "sw-")) and "中华人民共和国水污染防治法" in laws), code
