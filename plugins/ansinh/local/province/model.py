"""What the synthetic province is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from ansinh.core.period import Period


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth as the register knows it: a full day, or only the year."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def is_full(self) -> bool:
        return self.day is not None

    def month_known(self) -> Period:
        """The month age is counted from; a year-only birth counts from January."""
        return Period(self.year, self.month or 1)

    def as_date(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class Account:
    """A bank account: NAPAS BIN, number, holder as the bank writes it."""

    bin: str
    number: str
    name: str


@dataclass(slots=True, eq=False)
class Person:
    """Somebody in the register. `key` never leaves truth.json; nothing else carries it."""

    key: str
    full_name: str
    sex: str  # male | female
    birth: Birth
    cccd: str
    commune: str
    hamlet: str
    cmnd: str | None = None
    phone: str | None = None
    status: str = "song"  # song | chet | mat_tich | huy, as the feed says it
    died_on: date | None = None
    in_feed: bool = True
    feed_birth: Birth | None = None  # what the register holds where it is wrong
    social_account: Account | None = None
    shows: str = "cccd"  # what the commune wrote down of the identity papers: cccd | cmnd | none


@dataclass(frozen=True, slots=True)
class Payee:
    """Who takes the money for the beneficiary."""

    name: str
    id_number: str | None
    relation: str
    mandate_until: date | None = None


@dataclass(slots=True, eq=False)
class Line:
    """One lawful entitlement of one person, as the commune pays it."""

    person: Person
    family: str
    commune: str
    since: Period
    decided_on: date
    channel: str  # bank | cash | home
    account: Account | None = None
    payee: Payee | None = None
    subject: Person | None = None
    certified_on: date | None = None
    children_count: int | None = None
    multiple: float | None = None  # NCC: what the office decided, in standard amounts
    code: str | None = None  # fixed where the law has no age steps and the family several codes
    moved_from: str | None = None
    uncollected: tuple[Period, ...] = ()  # months of cash nobody fetched
    first_listed: Period | None = None  # None: the month after the decision
    in_history: bool = True  # False: never paid before (what highest-only excludes)

    @property
    def listed_from(self) -> Period:
        """The first monthly list this line can be in: lists are fixed in the month before."""
        return self.first_listed or Period.of(self.decided_on).plus(1)


@dataclass(slots=True, eq=False)
class Typed:
    """What a clerk typed differently from the truth. None means: as it is."""

    full_name: str | None = None
    birth: Birth | None = None
    id_number: str | None = None
    no_id: bool = False
    sex: str | None = None
    phone: str | None = None
    hamlet: str | None = None
    code: str | None = None
    amount_vnd: int | str | None = None
    id_text: str | None = None  # the cell as typed where it is more than the number
    account_text: str | None = None
    hazard: str = ""  # kind of hazard planted on this row
    look: str = ""  # why a careful reader would ask about it
    problem: str = ""  # why the row cannot be used; '' for a usable row


@dataclass(slots=True, eq=False)
class Entry:
    """One row a commune lists: a line and how it was typed."""

    line: Line
    typed: Typed = field(default_factory=Typed)
    list_name: str = "main"  # main | ncc | supplement

    @property
    def person(self) -> Person:
        return self.line.person

    def copy(self, **typed: object) -> Entry:
        """The same line listed once more, typed another way."""
        return Entry(self.line, replace(self.typed, **typed), self.list_name)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Something planted: a kind, the rows' people and the entries that show it."""

    kind: str
    people: tuple[str, ...]
    entries: tuple[Entry, ...]
    detail: str = ""


@dataclass(slots=True, eq=False)
class Commune:
    """A commune and what it lists in the period."""

    code: str
    name: str
    type_vi: str
    hamlets: list[str]
    entries: list[Entry] = field(default_factory=list)
