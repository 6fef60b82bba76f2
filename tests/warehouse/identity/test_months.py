"""A person keeps his id: two months, a correction, officers' answers, a merge and a split, on a real warehouse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from ansinh.console.app import create_app
from ansinh.core.db import connect
from ansinh.core.errors import AnsinhError, UsageError
from ansinh.identity import decisions
from ansinh.identity.lookup import lookup
from ansinh.warehouse.publish import publish
from fastapi.testclient import TestClient
from labelled import Hazards, Province
from rawdata import write_register, write_rows

FIRST, SECOND, THIRD = "2026-11", "2026-12", "2027-01"
Row = dict[str, Any]


def row(name: str, born: date, **values: Any) -> Row:
    return {"full_name": name, "birth_date": born, "birth_year": born.year, "commune_code": "41001", **values}


CARD = {"hamlet": "Ấp 2", "phone": "0912000014", "account_number": "114", "sex": "male"}
SECRET = {"hamlet": "Ấp 3", "phone": "0912000099", "sex": "female", "programme_code": "BTXH", "entitlement_code": "5.8"}
MONTHS: dict[str, dict[str, Row]] = {
    FIRST: {
        "renamed": row("Nguyễn Thị Bưởi", date(1944, 5, 6), sex="female", id_number="074144000001", phone="0912555001", account_number="201"),
        "numberless": row("Tạ Quốc Ẩn", date(1939, 8, 9), sex="male", phone="0912555002", hamlet="Ấp 4"),
        "leaver": row("Quách Văn Thoại", date(1936, 3, 3), sex="male", id_number="074036000003"),
        "card_one": row("Đặng Xuân Việt", date(1958, 12, 19), id_number="074058000201", **CARD),
        "card_two": row("Đặng Xuân Việt", date(1958, 12, 19), id_number="075058771934", **CARD),
        "listed_north": row("Châu Thị Ngàn", date(1941, 10, 21), sex="female", id_number="074141000005", commune_code="41001"),
        "listed_south": row("Châu Thị Ngàn", date(1941, 10, 21), sex="female", id_number="074141000005", commune_code="41002", hamlet="Ấp 9"),
    },
    SECOND: {
        "renamed": row("NGUYEN THI BUOI", date(1944, 5, 6), sex="female", id_number="074144000001", phone="0912555001", account_number="999"),
        "numberless": row("Ta Quoc An", date(1939, 9, 8), sex="male", phone="0912555002", hamlet="Ấp 4"),
        "secret_one": row("Huỳnh Thị Bé", date(1957, 4, 3), id_number="074157000301", **SECRET),
        "secret_two": row("Huỳnh Thị Bé", date(1957, 4, 3), id_number="079157555302", **SECRET),
        "joiner": row("Thạch Thị Sương", date(1946, 2, 2), sex="female", id_number="074146000009"),
        "card_one": row("Đặng Xuân Việt", date(1958, 12, 19), id_number="074058000201", **CARD),
        "card_two": row("Đặng Xuân Việt", date(1958, 12, 19), id_number="075058771934", **CARD),
        "listed_north": row("Châu Thị Ngàn", date(1941, 10, 21), sex="female", id_number="074141000005", commune_code="41001"),
        "listed_south": row("Châu Thị Ngàn", date(1941, 10, 21), sex="female", id_number="074141000005", commune_code="41002", hamlet="Ấp 9"),
    },
}  # fmt: skip


# What a build from what November found must give as a build from nothing gives it.
COMPARED = {
    "staging_next.stg_names": "full_name, name_exact, name_tones, name_key, surname, middle_name, given_name",
    "intermediate_next.int_register_links": "row_id, id_number, name_level, birth_level, cccd_level, weight, probability, rank",
    "intermediate_next.int_identity_checks": "row_id, identity_status, feed_id_number, likely_id_number, likely_probability",
    "intermediate_next.int_person_pair_scores": "row_id_l, row_id_r, match_weight, match_probability, band, method, decision",
    "intermediate_next.int_person_pair_explanations": "row_id_l, row_id_r, position, level, value_l, value_r, running_total",
    "intermediate_next.int_person_changes": "from_person_id, into_person_id, cause",
    "intermediate_next.int_review_cases": "case_id, row_id, is_extra, rank",
    "marts_next.person_xref": "row_id, person_id, method, match_probability",
}


@dataclass(slots=True)
class Story:
    """Person ids by (month, row) and what the registry held after each month."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)
    groups: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    differing: dict[str, int] = field(default_factory=dict)
    kept: dict[str, float] = field(default_factory=dict)


def _ids() -> dict[str, str]:
    with connect() as connection:
        return {
            row.split("/", 1)[1]: person for row, person in connection.execute("select row_id, person_id from marts.person_xref").fetchall()
        }


def _groups(ids: dict[str, str]) -> set[frozenset[str]]:
    rows: dict[str, set[str]] = defaultdict(set)
    for row_id, person in ids.items():
        if row_id.startswith("R"):
            rows[person].add(row_id)
    return {frozenset(group) for group in rows.values()}


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connect() as connection:
        return connection.execute(query, values).fetchall()


def _a_month_later(background: list[tuple[str, Row]], told: Story) -> list[tuple[str, Row]]:
    """Some people left, some are typed differently; `told.changed` names their rows."""
    later = []
    for number, (row_id, values) in enumerate(background):
        now = dict(values)
        if number % 60 == 7:
            now["full_name"] = str(now["full_name"]).lower().replace("ễ", "e").replace("ị", "i")
        elif number % 90 == 8:
            now["id_number"], now["id_type"] = None, None
        elif number % 90 == 9:
            now |= {"phone": "0987654321", "account_number": f"77{number}", "bank_bin": "970405"}
        elif number % 90 == 10:
            now["birth_year"] = int(str(now["birth_year"])) + 1
            now["birth_date"], now["birth_date_precision"] = None, "year"
        if now != values or number % 90 == 11:
            told.changed.add(row_id)
        if number % 90 != 11:
            later.append((row_id, now))
    return later


def _register_delta(province: Province) -> list[Row]:
    """Somebody died, somebody's name was corrected, somebody was registered for the first time."""
    records = list(province.register())
    died = [{**record, "trang_thai": "chet", "ngay_chet": "20261111"} for record in records[10:60:10]]
    renamed = [{**record, "ho_va_ten": f"{record['ho_va_ten']} Em"} for record in records[11:60:10]]
    fresh = [{**record, "so_dinh_danh": f"0749999{number:05d}", "so_cmnd": None} for number, record in enumerate(records[12:60:10])]
    return [*died, *renamed, *fresh]


def _difference(table: str, columns: str) -> int:
    full = f"public.full_{table.split('.')[1]}"
    a, b = f"select {columns} from {table}", f"select {columns} from {full}"
    return int(ask(f"select count(*) from (({a} except all {b}) union all ({b} except all {a})) as lines")[0][0])


def _kept_share(table: str) -> float:
    """How much of a table stands, fingerprint for fingerprint, in the published month."""
    rows = ask(
        f"select avg(exists (select 1 from intermediate.{table} old where (old.fingerprint_l, old.fingerprint_r, old.worked_out_by)"
        f" = (new.fingerprint_l, new.fingerprint_r, new.worked_out_by))::int) from intermediate_next.{table} new"
    )
    return float(rows[0][0])


@pytest.fixture(scope="module")
def story(module_dsn: str, build_persons: Callable[..., None]) -> Iterator[Story]:
    """November, November built again, two answers of an officer, December with the rows in reverse."""
    told, province = Story(), Province(800, seed=23, hazards=Hazards())
    background = [(line.row_id, line.values) for line in province.lines]
    with connect() as connection:
        write_rows(connection, FIRST, [(f"{FIRST}/{name}", values) for name, values in [*background, *MONTHS[FIRST].items()]])
        write_register(connection, province.register())
    build_persons(FIRST, publish=True)
    told.ids[FIRST] = _ids()
    build_persons(FIRST, publish=True)
    told.again = _ids()
    decisions.decide_rows(f"{FIRST}/card_one", f"{FIRST}/card_two", "same", reason="đã xem hai thẻ", by="can_bo_1")
    decisions.decide_rows(f"{FIRST}/listed_north", f"{FIRST}/listed_south", "different", reason="hai chị em họ", by="can_bo_1")
    with connect() as connection:
        later = _a_month_later(background, told)
        rows = [(f"{SECOND}/{name}", values) for name, values in [*later, *MONTHS[SECOND].items()]]
        write_rows(connection, SECOND, rows[::-1])
        write_register(connection, _register_delta(province), file_id="F2", at="2026-11-20T08:00:00+07:00")
    build_persons(SECOND, keep=False)
    with connect() as connection:
        for table, columns in COMPARED.items():
            connection.execute(f"create table public.full_{table.split('.')[1]} as select {columns} from {table}")  # type: ignore[arg-type]
    build_persons(SECOND)
    told.differing = {table: _difference(table, columns) for table, columns in COMPARED.items()}
    told.kept = {table: _kept_share(table) for table in ("int_pair_comparisons", "int_register_levels")}
    publish("warehouse", SECOND)
    told.ids[SECOND] = _ids()
    told.groups = {period: _groups({row: who for row, who in ids.items() if row not in told.changed}) for period, ids in told.ids.items()}
    yield told


def test_building_a_month_again_gives_the_same_ids(story: Story) -> None:
    assert story.again == story.ids[FIRST]


def test_a_month_later_everybody_unchanged_has_the_same_id_whatever_the_order_of_rows(story: Story) -> None:
    before, after = story.ids[FIRST], story.ids[SECOND]
    unchanged = {name for name in before if name.startswith("R")} - story.changed
    assert {name: before[name] for name in unchanged} == {name: after[name] for name in unchanged}


def test_a_month_built_on_the_one_before_gives_what_a_build_from_nothing_gives(story: Story) -> None:
    assert story.differing == dict.fromkeys(COMPARED, 0)


def test_most_of_a_month_was_compared_the_month_before(story: Story) -> None:
    assert all(0.8 < share < 1 for share in story.kept.values()), story.kept


def test_who_belongs_together_does_not_depend_on_row_order(story: Story) -> None:
    assert story.groups[FIRST] == story.groups[SECOND]


def test_a_name_without_tones_and_a_new_account_do_not_make_a_new_person(story: Story) -> None:
    assert story.ids[SECOND]["renamed"] == story.ids[FIRST]["renamed"]


def test_somebody_without_a_number_typed_differently_next_month_is_found_again(story: Story) -> None:
    assert story.ids[SECOND]["numberless"] == story.ids[FIRST]["numberless"]


def test_a_known_record_is_compared_by_its_whole_name(story: Story) -> None:
    known = "select name_key from intermediate.int_record_fields where origin = 'known' and surname = 'ta'"
    assert ask(known) == [("ta quoc an",)]


def test_a_joiner_gets_an_id_nobody_had(story: Story) -> None:
    assert story.ids[SECOND]["joiner"] not in story.ids[FIRST].values()


def test_an_officers_same_joins_two_numbers_and_the_older_id_stays(story: Story) -> None:
    before, after = story.ids[FIRST], story.ids[SECOND]
    assert before["card_one"] != before["card_two"]
    assert after["card_one"] == after["card_two"] == min(before["card_one"], before["card_two"])
    gone = max(before["card_one"], before["card_two"])
    assert ask("select merged_into from ops.person where person_id = %s", gone) == [(after["card_one"],)]
    assert ask("select into_person_id, period, cause from ops.person_merge where from_person_id = %s", gone) == [
        (after["card_one"], SECOND, "decision")
    ]
    assert ask("select distinct method from marts.person_xref where row_id like %s", "%/card_%") == [("decision",)]


def test_an_officers_different_parts_one_number_and_the_split_is_recorded(story: Story) -> None:
    before, after = story.ids[FIRST], story.ids[SECOND]
    assert before["listed_north"] == before["listed_south"]
    assert after["listed_north"] != after["listed_south"]
    assert before["listed_north"] in (after["listed_north"], after["listed_south"])
    assert [cause for (cause,) in ask("select cause from ops.person_merge where from_person_id = %s", before["listed_north"])] == ["split"]


def test_history_tells_who_was_what_when(story: Story) -> None:
    leaver = ask("select valid_from, valid_to, is_current from marts.dim_person where person_id = %s", story.ids[FIRST]["leaver"])
    assert leaver == [(date(2026, 11, 1), date(2026, 12, 1), False)]
    renamed = ask(
        "select full_name, valid_to is null from marts.dim_person where person_id = %s order by valid_from", story.ids[FIRST]["renamed"]
    )
    assert renamed == [("Nguyễn Thị Bưởi", False), ("NGUYEN THI BUOI", True)]
    assert ask("select count(*) from marts.dim_person where is_current")[0][0] == len(set(story.ids[SECOND].values()))


def test_history_in_ops_equals_what_the_published_month_shows(story: Story) -> None:
    shown = "select person_id, valid_from, valid_to, full_name from marts.dim_person"
    kept = "select person_id, valid_from, valid_to, full_name from ops.person_version"
    assert ask(f"({shown} except {kept}) union all ({kept} except {shown})") == []


def test_term_frequencies_are_counted_once_and_kept(story: Story) -> None:
    assert ask("select count(*) > 0 from ops.term_frequency") == [(True,)]
    kept = "select kind, term, frequency from ops.term_frequency"
    used = "select kind, term, frequency from intermediate.int_term_frequencies"
    assert ask(f"({kept} except {used}) union all ({used} except {kept})") == []


def test_analysts_read_masked_views_and_nothing_else(story: Story) -> None:
    with connect() as connection:
        connection.execute("set role analyst")
        names = connection.execute("select full_name, id_number from analytics.dim_person where id_number is not null limit 200").fetchall()
        assert names
        assert all("." in name and "***" in number for name, number in names)
    with connect() as connection:
        connection.execute("set role analyst")
        with pytest.raises(Exception, match="permission denied"):
            connection.execute("select 1 from marts.dim_person")


def test_a_persons_file_shows_what_the_register_says_and_masks_it_unless_asked(story: Story) -> None:
    number, row_id = ask(
        "select listed_id_number, row_id from marts.fct_identity_check where identity_status = 'match' and verified_as_of is not null limit 1"
    )[0]
    full = next(line for person in lookup(number, actor="clerk", unmasked=True) for line in person.lines if line.row_id == row_id)
    assert (full.register.identity_status, full.register.id_number, full.register.differs) == ("match", number, ())
    assert full.register.verified_as_of
    hidden = next(line for person in lookup(number, actor="clerk") for line in person.lines if line.row_id == row_id)
    assert hidden.register.id_number == number[:3] + "******" + number[-3:]
    assert "." in str(hidden.register.full_name)


def _signed_in(name: str) -> TestClient:
    """The console for one person; only chi.lan may answer."""
    app = create_app(lambda: name, str, lambda who, right: who == "chi.lan")
    return TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)


def test_the_console_shows_a_case_without_its_secret_group_and_takes_the_answer(story: Story) -> None:
    person = story.ids[SECOND]["secret_one"]
    [(case_id,)] = ask("select case_id from marts.rpt_review_queue where %s = any(person_ids)", person)
    officer, looker = _signed_in("chi.lan"), _signed_in("auditor")
    pages = [officer.get(f"{path}?period={SECOND}").text for path in ("/", "/cases", f"/cases/{case_id}", "/people")]
    assert case_id in pages[1]
    assert not any("HIV" in page or "5.8" in page for page in pages)
    assert "Trợ cấp xã hội hằng tháng" in pages[2]
    for shown in ("Huỳnh Thị Bé", "074157000301", "079157555302", "hai CCCD khác nhau", "Là những người khác nhau"):
        assert shown in pages[2]
    assert "HIV" in officer.get(f"/people/{person}").text  # the officer's own view of one person's file
    masked = looker.get(f"/cases/{case_id}?period={SECOND}").text + looker.get(f"/people/{person}").text
    assert not any(shown in masked for shown in ("Huỳnh", "074157000301", "0912000099", "HIV", 'value="same"'))
    assert [line.entitlement_code for line in lookup(person, actor="auditor")[0].lines] == ["BTXH"]
    found = officer.post("/people", data={"term": "huynh thi be"})
    assert "H. T. B." in found.text
    assert person in found.text
    done = officer.post(f"/cases/{case_id}", data={"period": SECOND, "decision": "different", "reason": "đã gặp hai người"})
    assert done.status_code == 303
    assert ask("select decision, decided_by from ops.identity_decision order by decision_id desc limit 1") == [("different", "chi.lan")]
    assert "Khác người" in officer.get(f"/cases?period={SECOND}").text
    told = ask("select event, actor from ops.audit_event where event like 'case%%' or event like 'person_looked%%' order by seq")
    assert ("case_decided", "chi.lan") in told
    assert ("case_looked_at", "chi.lan") in told
    assert ("person_looked_up", "chi.lan") in told
    assert not any(actor == "auditor" for _, actor in told)  # he saw nothing unmasked


def test_a_month_is_published_once_per_build(story: Story) -> None:
    with pytest.raises(AnsinhError) as refused:
        publish("warehouse", SECOND)
    assert refused.value.code == "NOTHING_TO_PUBLISH"


@pytest.mark.parametrize(
    ("answer", "reason", "since"), [("maybe", "x", None), ("same", " ", None), ("same_since", "x", None), ("different", "x", "2026-11")]
)
def test_an_answer_must_be_whole(story: Story, answer: str, reason: str, since: str | None) -> None:
    with pytest.raises(UsageError):
        decisions.decide_rows(f"{SECOND}/renamed", f"{SECOND}/joiner", answer, reason=reason, by="can_bo_1", since=since)  # type: ignore[arg-type]
