"""draw/1 once more, word by word from the protocol and as plain as it goes: what verify.py is measured against.

It checks nothing and hurries nowhere; it must never import verify.py.
"""

import hashlib


def H(x):
    return hashlib.sha256(x.encode("utf-8")).hexdigest()


def as_list(field):
    return [] if field == "-" else field.split(",")


def plain_draw(commit_text, pool_text, officers_text, entropy_text):
    """The text of result.tsv."""
    pool_lines = pool_text.split("\n")[:-1]
    _, draw, salt = pool_lines[0].split(" ")
    pool = [line.split("\t") for line in pool_lines[1:]]
    officers = [line.split("\t") for line in officers_text.split("\n")[1:-1]]
    strata = [line.split(" ")[1:] for line in commit_text.split("\n") if line.startswith("stratum ")]

    K = H(entropy_text + "salt " + salt + "\n")

    # Units
    drawn = []  # (stratum, rank, unit, ticket)
    for stratum, _rule, _base, take in strata:
        Ks = H("select " + stratum + " " + K)
        candidates = []
        for unit, its_stratum, _speciality, standing, _recused, _name in pool:
            if its_stratum == stratum and standing in ("in", "again"):
                candidates.append((0 if standing == "in" else 1, H(Ks + unit), unit))
        candidates.sort()
        for rank, (_, ticket, unit) in enumerate(candidates[: int(take)], 1):
            drawn.append((stratum, rank, unit, ticket))

    speciality_of = {row[0]: row[2] for row in pool}
    recused_of = {row[0]: as_list(row[4]) for row in pool}
    specialities_of = {row[0]: as_list(row[1]) for row in officers}
    load = {row[0]: int(row[2]) for row in officers}
    Kt = H("team " + K)

    def matches(officer, unit):
        return speciality_of[unit] in specialities_of[officer]

    # Step 1
    pinned_of, open_of = {}, {}
    for _, _, unit, _ in drawn:
        allowed = [o for o in load if o not in recused_of[unit]]
        matching = [o for o in allowed if matches(o, unit)]
        if len(matching) >= 2:
            pinned_of[unit], open_of[unit] = [], matching
        else:
            pinned_of[unit], open_of[unit] = matching, [o for o in allowed if o not in matching]

    # Step 2
    order = sorted((unit for _, _, unit, _ in drawn), key=lambda unit: (H(Kt + "u" + unit), unit))
    team_of = {}
    for unit in order:
        team = list(pinned_of[unit])
        by_load = sorted(open_of[unit], key=lambda o: (load[o], H(Kt + "o" + o + "|" + str(load[o])), o))
        team += by_load[: 2 - len(team)]
        for officer in team:
            load[officer] += 1
        team_of[unit] = team

    # Step 3
    by_place = sorted(load, key=lambda o: (H(Kt + "r" + o), o))

    def holds_open(officer, unit):
        return officer in team_of[unit] and officer not in pinned_of[unit]

    while True:
        holders = [o for o in by_place if any(holds_open(o, unit) for unit in order)]
        if not holders:
            break
        M = max(load[o] for o in holders)
        s = [o for o in holders if load[o] == M][0]
        reached = [s]
        reached_from = {}
        found = None
        next_one = 0
        while found is None and next_one < len(reached):
            o = reached[next_one]
            next_one += 1
            for unit in order:
                if not holds_open(o, unit):
                    continue
                for p in by_place:
                    if p not in open_of[unit] or p in team_of[unit] or p in reached:
                        continue
                    reached.append(p)
                    reached_from[p] = (o, unit)
                    if load[p] <= M - 2:
                        found = p
                        break
                if found:
                    break
        if found is None:
            break
        load[s] -= 1
        load[found] += 1
        p = found
        while p != s:
            o, unit = reached_from[p]
            team_of[unit] = [p if member == o else member for member in team_of[unit]]
            p = o

    # Step 4, and the file
    text = "result/1 " + draw + " " + salt + "\n"
    for stratum, rank, unit, ticket in drawn:
        lead, second = sorted(
            team_of[unit],
            key=lambda o, unit=unit: (0 if matches(o, unit) else 1, H(Kt + "l" + unit + "|" + o), o),
        )
        note = "-" if matches(lead, unit) and matches(second, unit) else "cross"
        text += "\t".join([stratum, str(rank), unit, ticket, lead, second, note]) + "\n"
    return text
