"""Keep what a published month found out about people: ids, the records they were seen by, merges, splits, versions.

Runs inside the transaction that publishes the warehouse, so an id that was shown is an id that is kept. Doing it
again for the same month changes nothing; publishing an earlier month again ends the versions at that month.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

_PERSONS: LiteralString = """
insert into ops.person (person_id, created_period)
select distinct person_id, %(period)s from marts.person_xref
on conflict (person_id) do update set merged_into = null where ops.person.merged_into is not null
"""

# Rows typed alike share a record; should one record serve two persons (namesakes without any number), the smaller id has it.
_RECORDS: LiteralString = """
insert into ops.person_record (record_key, person_id, first_period, last_period, name_exact, birth_date, birth_year, birth_month,
    sex, cccd, cmnd, commune_code, hamlet_key, phone, account_key)
select distinct on (fields.record_key) fields.record_key, xref.person_id, %(period)s, %(period)s, fields.name_exact, fields.day_born,
    fields.birth_year, fields.birth_month, fields.sex, fields.cccd, fields.cmnd, fields.commune_code, fields.hamlet_key, fields.phone,
    fields.account_key
from marts.person_xref xref join intermediate.int_record_fields fields using (row_id)
order by fields.record_key, xref.person_id, fields.row_id
on conflict (record_key) do update set person_id = excluded.person_id,
    first_period = least(ops.person_record.first_period, excluded.first_period),
    last_period = greatest(ops.person_record.last_period, excluded.last_period),
    hamlet_key = excluded.hamlet_key, phone = excluded.phone, account_key = excluded.account_key
where (ops.person_record.person_id, ops.person_record.hamlet_key, ops.person_record.phone, ops.person_record.account_key)
    is distinct from (excluded.person_id, excluded.hamlet_key, excluded.phone, excluded.account_key)
    or ops.person_record.last_period < excluded.last_period or ops.person_record.first_period > excluded.first_period
"""

# A record that did not come back this month but was linked to somebody who did belongs to him from now on.
_ABSENT_RECORDS: LiteralString = """
update ops.person_record record set person_id = persons.person_id
from intermediate.int_person_clusters clusters join intermediate.int_cluster_persons persons using (cluster_id)
where clusters.origin = 'known' and clusters.record_key = record.record_key and record.person_id <> persons.person_id
"""

_CHANGES: LiteralString = """
insert into ops.person_merge (from_person_id, into_person_id, period, cause)
select from_person_id, into_person_id, %(period)s, min(cause) from intermediate.int_person_changes group by 1, 2
on conflict do nothing
"""

_MERGED: LiteralString = """
update ops.person person set merged_into = changes.into_person_id
from intermediate.int_person_changes changes
where changes.cause <> 'split' and person.person_id = changes.from_person_id
    and not exists (select 1 from marts.person_xref xref where xref.person_id = person.person_id)
"""

# Whoever was merged into a person now merged himself points at the last of the chain.
_CHAINS: LiteralString = """
update ops.person person set merged_into = next.merged_into
from ops.person next
where person.merged_into = next.person_id and next.merged_into is not null
"""

_MERGED_RECORDS: LiteralString = """
update ops.person_record record set person_id = person.merged_into
from ops.person person
where record.person_id = person.person_id and person.merged_into is not null
"""

_TERMS: LiteralString = """
insert into ops.term_frequency (model_version, kind, term, frequency)
select version, kind, term, frequency
from intermediate.int_term_frequencies cross join (select max(model_version) as version from reference.mu_weights) as weights
where version is not null and not exists (select 1 from ops.term_frequency kept where kept.model_version = version)
    and exists (select 1 from marts.person_xref)
"""

_LATER_VERSIONS: LiteralString = "delete from ops.person_version where valid_from >= to_date(%(period)s || '-01', 'YYYY-MM-DD')"

_ENDED_VERSIONS: LiteralString = """
update ops.person_version version set valid_to = shown.valid_to
from marts.dim_person shown
where shown.person_id = version.person_id and shown.valid_from = version.valid_from and shown.valid_to is distinct from version.valid_to
"""

_NEW_VERSIONS: LiteralString = """
insert into ops.person_version (person_id, valid_from, valid_to, full_name, name_key, id_number, birth_date, birth_year, sex,
    commune_code, life_status, identity_status)
select person_id, valid_from, valid_to, full_name, name_key, id_number, birth_date, birth_year, sex, commune_code, life_status, identity_status
from marts.dim_person
where valid_from = to_date(%(period)s || '-01', 'YYYY-MM-DD')
"""


def register_persons(connection: Connection, period: str) -> dict[str, int]:
    """Write what the just published month says of people into `ops`; returns counts.

    Reads marts.person_xref, marts.dim_person and the intermediate person models of the published month.
    """
    at = {"period": period}
    counts = {
        "persons": connection.execute(_PERSONS, at).rowcount,
        "records": connection.execute(_RECORDS, at).rowcount,
        "changes": connection.execute(_CHANGES, at).rowcount,
    }
    for statement in (_ABSENT_RECORDS, _MERGED):
        connection.execute(statement)
    while connection.execute(_CHAINS).rowcount:
        pass
    for statement in (_MERGED_RECORDS, _TERMS):
        connection.execute(statement)
    for statement in (_LATER_VERSIONS, _ENDED_VERSIONS, _NEW_VERSIONS):
        connection.execute(statement, at if "%(period)s" in statement else None)
    connection.execute("analyze ops.person, ops.person_record")  # the next build plans by how many people are known
    return counts
