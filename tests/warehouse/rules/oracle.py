"""The rules once more, in plain Python over one person at a time: what the set-based SQL is compared with.

Months are whole numbers (year × 12 + month − 1). Written from the decrees and the worked examples, not from the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ansinh.core.period import Period
from ansinh.rules import reference

TOGETHER = ("5.5a", "5.5b", "5.5c", "5.5d", "5.6_dbn", "5.6_n", "5.8")


@dataclass(frozen=True)
class Claim:
    """One row of the list."""

    code: str
    declared: int
    decided: int | None = None
    certified: int | None = None
    children: int = 1


@dataclass(frozen=True)
class Past:
    """One month of the opening history."""

    code: str
    month: int
    paid: int
    collected: bool = True


@dataclass(frozen=True)
class Somebody:
    birth: int
    died: int | None = None
    claims: tuple[Claim, ...] = ()
    past: tuple[Past, ...] = ()


@dataclass
class Verdict:
    """What the list should say of one person, in sums; holds by family."""

    amount: int = 0
    arrears: int = 0
    recovery: int = 0
    holds: dict[str, str] = field(default_factory=dict)
    months: dict[int, int] = field(default_factory=dict)


def period(month: int) -> Period:
    return Period(month // 12, month % 12 + 1)


def family_of(code: str) -> str:
    row = reference.entitlement_code(code)
    assert row is not None
    return row["family"]


def is_ncc(family: str) -> bool:
    return family.startswith("NCC")


def rate(family: str, month: int, list_month: int) -> int | None:
    scheme = "HTXH" if family == "HTXH" else "BTXH"
    return reference.standard_amount(scheme, period(month), period(list_month))


def level(family: str, code: str, birth: int, month: int) -> str | None:
    """The code due at the age of that month; the month a limit is reached still has the last level."""
    steps = [row for row in reference.load("entitlement_ages") if row["family"] == family]
    if not steps:
        return code
    age = month - birth
    return reference.code_at_age(family, age) or next(
        (row["entitlement_code"] for row in steps if row["age_to_months"] and int(row["age_to_months"]) == age), None
    )


def due(family: str, code: str, person: Somebody, month: int, now: int, children: int) -> int:
    if person.died is not None and month > person.died:
        return 0
    found = level(family, code, person.birth, month)
    amount = rate(family, month, now)
    if found is None or amount is None:
        return 0
    row = reference.entitlement_code(found)
    assert row is not None
    return round(amount * float(row["coefficient"]) * children)


def start_months(claim: Claim, family: str, past: list[Past], person: Somebody, now: int, first_known: int | None) -> set[int]:
    start = claim.decided
    if reference.entitlement_code(claim.code)["start_rule"] == "certificate":  # type: ignore[index]
        start = claim.certified if claim.certified is not None else claim.decided
    decision = claim.decided if claim.decided is not None else claim.certified
    back = 3 if first_known is None else 12
    if start is None or decision is None or not now - back <= decision <= now:
        return set()
    valid = Period.parse(reference.entitlement_code(claim.code)["valid_from"][:7])  # type: ignore[index]
    first = max(start, valid.year * 12 + valid.month - 1)
    if person.past and first_known is not None:
        first = max(first, first_known)
    known = [p.month for p in past if p.month >= start]
    return set(range(first, min([now, *known])))


def judge(person: Somebody, now: int, first_known: int | None) -> Verdict:
    """The verdict on one person for the list of month `now`; `first_known`: the first month the province knows anything of."""
    verdict = Verdict()
    rows: dict[int, dict[str, tuple[int, int]]] = {}  # month → family → (due, paid)
    claims = {family_of(claim.code): claim for claim in person.claims}
    for family in sorted({family_of(p.code) for p in person.past} | set(claims)):
        past = [p for p in person.past if family_of(p.code) == family]
        claim = claims.get(family)
        code = claim.code if claim else max(past, key=lambda p: p.month).code
        for p in past:
            paid = p.paid if p.collected else 0
            first = min(q.month for q in past)
            rows.setdefault(p.month, {})[family] = (past_due(family, code, p, person, now, claim, first), paid)
        if claim:
            for month in start_months(claim, family, past, person, now, first_known):
                rows.setdefault(month, {}).setdefault(family, (claim_due(family, claim, person, month, now), 0))
            rows.setdefault(now, {})[family] = (claim_due(family, claim, person, now, now), 0)
    settle(rows, verdict, claims, now)
    hold(verdict, claims, person, rows.get(now, {}), now)
    return verdict


def claim_due(family: str, claim: Claim, person: Somebody, month: int, now: int) -> int:
    if is_ncc(family):
        return 0 if person.died is not None and month > person.died else claim.declared
    start = claim.certified if claim.certified is not None and family.startswith("5.6") else claim.decided
    if month >= now and start is not None and start > month:
        return 0
    return due(family, claim.code, person, month, now, claim.children if family == "5.4" else 1)


def past_due(family: str, code: str, p: Past, person: Somebody, now: int, claim: Claim | None, first: int) -> int:
    if person.died is not None and p.month > person.died:
        return 0
    if is_ncc(family):
        return p.paid if p.collected else (claim.declared if claim else 0)
    children = 1
    if family == "5.4":
        then, known = rate(family, p.month, min(p.month, now)), rate(family, p.month, now)
        children = claim.children if claim else 1
        changed = (
            claim is not None and claim.decided is not None and first < claim.decided <= p.month
        )  # a later decision changed the number
        if not changed and p.collected and p.paid:  # as many as were paid for then, at the amount known then or now
            children = next((p.paid // amount for amount in (then, known) if amount and p.paid % amount == 0), children)
    return due(family, code, person, p.month, now, children)


def settle(rows: dict[int, dict[str, tuple[int, int]]], verdict: Verdict, claims: dict[str, Claim], now: int) -> None:
    """Highest only within BTXH and HTXH, netted month by month; the rest adds up."""
    for month, found in rows.items():
        social = {family: pair for family, pair in found.items() if not is_ncc(family)}
        slots = [[family] for family in found if is_ncc(family)]
        both = "5.4" in social and any(family in TOGETHER and max(social[family]) > 0 for family in social) and max(social["5.4"]) > 0
        slots += [["5.4"], [family for family in social if family != "5.4"]] if both else [list(social)]
        for slot in slots:
            if not slot:
                continue
            wanted, paid = max(found[family][0] for family in slot), sum(found[family][1] for family in slot)
            has_line = any(family in claims for family in slot) or (not is_ncc(slot[0]) and any(not is_ncc(family) for family in claims))
            if month < now and paid > wanted:
                verdict.recovery += paid - wanted
            if wanted > paid and has_line:
                verdict.months[month] = verdict.months.get(month, 0) + wanted - paid
            if month == now and len(slot) > 1 and wanted:
                keep = next(family for family in slot if found[family][0] == wanted)
                verdict.holds |= {family: "excluded_highest_only" for family in slot if family != keep and found[family][0]}
    verdict.amount = verdict.months.get(now, 0)
    verdict.arrears = sum(owed for month, owed in verdict.months.items() if month < now)


def hold(verdict: Verdict, claims: dict[str, Claim], person: Somebody, today: dict[str, tuple[int, int]], now: int) -> None:
    for family, claim in claims.items():
        steps = [row for row in reference.load("entitlement_ages") if row["family"] == family]
        last_end = max((int(row["age_to_months"] or 9999) for row in steps), default=9999)
        if person.died is not None and person.died < now:
            verdict.holds[family] = "deceased"
        elif level(family, claim.code, person.birth, now) is None and now - person.birth <= last_end:
            verdict.holds[family] = "group_unsure"
        elif family not in verdict.holds and left_three(family, claim, person, now):
            verdict.holds[family] = "uncollected_3m"


def left_three(family: str, claim: Claim, person: Somebody, now: int) -> bool:
    lists = sorted((p for p in person.past if family_of(p.code) == family), key=lambda p: -p.month)[:3]
    decision = claim.decided if claim.decided is not None else claim.certified
    if len(lists) < 3 or any(p.collected for p in lists) or lists[0].month - lists[2].month != 2:
        return False
    return decision is None or decision < lists[0].month
