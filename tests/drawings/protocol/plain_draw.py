"""draw/2 once more, word by word from the protocol and as plain as it goes: what verify.py is measured against.

It checks nothing and hurries nowhere; it must never import verify.py.
"""

import hashlib


def H(x):
    return hashlib.sha256(x.encode("utf-8")).hexdigest()


def as_list(field):
    return [] if field == "-" else field.split(",")


def rows_of(text):
    return [line.split("\t") for line in text.split("\n")[1:-1]]


class PlainDraw:
    """A draw from the texts of its six files; `result` is the text of result.tsv."""

    def __init__(self, commit_text, pool_text, officers_text, registers_text, salt_text, entropy_text):
        lines = [line.split(" ") for line in commit_text.split("\n")[:-1]]
        self.draw = [words[1] for words in lines if words[0] == "draw"][0]
        self.strata = [words[1:] for words in lines if words[0] == "stratum"]
        self.departments = [(words[1], int(words[2])) for words in lines if words[0] == "team"]
        self.pool = rows_of(pool_text)
        self.officers = rows_of(officers_text)
        self.K = H(entropy_text + salt_text)
        self.stratum_of = {row[0]: row[1] for row in self.pool}
        self.speciality_of = {row[0]: row[2] for row in self.pool}
        self.recused_of = {row[0]: as_list(row[4]) for row in self.pool}
        self.department_of = {row[0]: row[1] for row in self.officers}
        self.specialities_of = {row[0]: as_list(row[2]) for row in self.officers}
        self.drawn = self.units()
        self.present = {unit: [] for _, _, unit, _ in self.drawn}
        for department, size in self.departments:
            for unit, team in self.teams(department, size).items():
                self.present[unit] += team
        self.result = "result/2 " + self.draw + "\n"
        for stratum, rank, unit, ticket in self.drawn:
            team = self.present[unit]
            note = "-" if all(self.matches(officer, unit) for officer in team) else "cross"
            self.result += "\t".join([stratum, str(rank), unit, ticket, ",".join(team), note]) + "\n"
        self.ever = [unit for _, _, unit, _ in self.drawn]
        self.gone = []  # (unit, officer) who gave up his place

    def matches(self, officer, unit):
        return self.speciality_of[unit] in self.specialities_of[officer]

    def units(self):
        drawn = []  # (stratum, rank, unit, ticket)
        for stratum, _rule, _base, take in self.strata:
            Ks = H("select " + stratum + " " + self.K)
            candidates = []
            for unit, its_stratum, _speciality, standing, _recused, _name in self.pool:
                if its_stratum == stratum and standing in ("in", "again"):
                    candidates.append((0 if standing == "in" else 1, H(Ks + unit), unit))
            candidates.sort()
            for rank, (_, ticket, unit) in enumerate(candidates[: int(take)], 1):
                drawn.append((stratum, rank, unit, ticket))
        return drawn

    def teams(self, department, size):
        Kt = H("team " + department + " " + self.K)
        load = {row[0]: int(row[3]) for row in self.officers if row[1] == department}

        # Step 1
        pinned_of, open_of = {}, {}
        for _, _, unit, _ in self.drawn:
            allowed = [o for o in load if o not in self.recused_of[unit]]
            matching = [o for o in allowed if self.matches(o, unit)]
            if len(matching) >= size:
                pinned_of[unit], open_of[unit] = [], matching
            else:
                pinned_of[unit], open_of[unit] = matching, [o for o in allowed if o not in matching]

        # Step 2
        order = self.order(Kt, [unit for _, _, unit, _ in self.drawn])
        team_of = {}
        for unit in order:
            team = list(pinned_of[unit])
            by_load = sorted(open_of[unit], key=lambda o: (load[o], H(Kt + "o" + o + "|" + str(load[o])), o))
            team += by_load[: size - len(team)]
            for officer in team:
                load[officer] += 1
            team_of[unit] = team

        # Step 3
        by_place = sorted(load, key=lambda o: (H(Kt + "r" + o), o))

        def holds_open(officer, unit):
            return officer in team_of[unit] and officer in open_of[unit]

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

        # Step 4
        def lead_first(unit):
            return lambda o: (0 if self.matches(o, unit) else 1, H(Kt + "l" + unit + "|" + o), o)

        return {unit: sorted(team, key=lead_first(unit)) for unit, team in team_of.items()}

    def order(self, Kt, units):
        return sorted(units, key=lambda unit: (H(Kt + "u" + unit), unit))

    def fresh(self, key, serial, source, value):
        """Kx from Kt, Ky from Ks; source and value: the fields of the row."""
        if source == "-":
            return key
        name, label, _time = source.split(" ")
        return H("substitute " + serial + " " + key + " " + name + " " + label + " " + value)

    def may_step_in(self, unit, department, away, Kx):
        able = []
        for officer in self.department_of:
            if self.department_of[officer] != department or officer in self.recused_of[unit]:
                continue
            if officer in self.present.get(unit, []) or (unit, officer) in self.gone or officer in away:
                continue
            able.append(
                (0 if self.matches(officer, unit) else 1, H(Kx + "s" + unit + "|" + officer), officer)
            )
        return [officer for _, _, officer in sorted(able)]

    def outcome(self, serial, _time, kind, subject, _reason, units, away, source, value):
        """The outcome field of a row, whose other nine fields are given; the teams are changed."""
        if kind == "officer":
            department = self.department_of[subject]
            Kt = H("team " + department + " " + self.K)
            Kx = self.fresh(Kt, serial, source, value)
            words = []
            for unit in self.order(Kt, as_list(units)):
                able = self.may_step_in(unit, department, as_list(away), Kx)
                successor = able[0] if able else "-"
                self.present[unit] = [
                    successor if member == subject else member for member in self.present[unit]
                ]
                self.gone.append((unit, subject))
                words.append(unit + ":" + successor)
            return " ".join(words)
        Ks = H("select " + self.stratum_of[subject] + " " + self.K)
        Ky = self.fresh(Ks, serial, source, value)
        candidates = []
        for unit, stratum, _speciality, standing, _recused, _name in self.pool:
            if stratum == self.stratum_of[subject] and standing in ("in", "again") and unit not in self.ever:
                candidates.append((0 if standing == "in" else 1, H(Ky + unit), unit))
        del self.present[subject]
        if not candidates:
            return "-"
        unit = min(candidates)[2]
        self.ever.append(unit)
        team = []
        for department, size in self.departments:
            Kx = self.fresh(H("team " + department + " " + self.K), serial, source, value)
            able = self.may_step_in(unit, department, as_list(away), Kx)
            team += (able + ["-"] * size)[:size]
        self.present[unit] = team
        return unit + ":" + ",".join(team)

    def substitutes(self, text):
        """The text of substitutes.tsv with the outcome of every row computed once more."""
        found = "substitutes/2 " + self.draw + "\n"
        for row in rows_of(text):
            found += "\t".join([*row[:9], self.outcome(*row[:9])]) + "\n"
        return found


def plain_draw(*six_texts):
    """The text of result.tsv."""
    return PlainDraw(*six_texts).result
