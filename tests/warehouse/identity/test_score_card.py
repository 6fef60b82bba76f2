"""The score card: precision, recall and review load on labelled provinces nobody tuned a threshold on.

Thresholds and hand-set weights were looked at on seeds 102-107, counted weights come from seed 301; the seeds here are neither.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansinh.core.db import connect
from labelled import Hazards, Province
from rawdata import write_register, write_rows
from score import score, wilson

PERIOD = "2026-11"


@pytest.mark.parametrize(
    ("seed", "hazards", "least_recall"),
    [(9001, Hazards(), 0.88), (9002, Hazards(feed_has_commune=False), 0.88)],
    ids=["register-with-communes", "register-without-communes"],
)
def test_a_labelled_province_is_found_once(
    dsn: str,
    build_persons: Callable[..., None],
    seed: int,
    hazards: Hazards,
    least_recall: float,
    record_property: Callable[[str, object], None],
) -> None:
    province = Province(8000, seed=seed, hazards=hazards)
    with connect() as connection:
        write_rows(connection, PERIOD, [(line.row_id, line.values) for line in province.lines])
        write_register(connection, province.register())
    build_persons()
    with connect() as connection:
        found = dict(connection.execute("select row_id, person_id from marts_next.person_xref").fetchall())
        asked = connection.execute("select count(*) from marts_next.rpt_review_queue").fetchone()
    card = score(found, {line.row_id: line.citizen for line in province.lines}, {line.row_id: line.hazard for line in province.lines})
    low, high = wilson(card.right, card.right + card.wrong)
    record_property("precision", f"{card.precision:.4f} ({low:.4f}-{high:.4f})")
    record_property("recall", f"{card.recall:.4f}")
    assert asked is not None
    assert card.precision >= 0.995, card.wrong_by
    assert card.recall >= least_recall, card.missed_by
    assert asked[0] * 1000 <= 10 * len(province.lines)
