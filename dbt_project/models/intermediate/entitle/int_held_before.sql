-- Lines of earlier months that were due but held: their months stay owed until the question is answered.
-- Read from the published table of the same name + this month's lines, see int_hold_history.
{% set published = adapter.get_relation(database=target.database, schema='intermediate', identifier='int_hold_history') %}
{% if execute and published %}
select
    coalesce(successors.final_person_id, holds.person_id) as person_id,
    holds.period,
    {{ month_no('holds.period') }} as month_no,
    holds.programme_code,
    holds.family,
    holds.subject_key,
    holds.subject_person_id,
    holds.share_no,
    holds.entitlement_code,
    holds.commune_code,
    holds.hold_code
from {{ published }} as holds
left join {{ ref('int_person_successors') }} as successors on holds.person_id = successors.person_id
where holds.period < '{{ var("period") }}'
{% else %}
select
    successors.person_id,
    successors.person_id as period,
    0 as month_no,
    successors.person_id as programme_code,
    successors.person_id as family,
    successors.person_id as subject_key,
    successors.person_id as subject_person_id,
    1::smallint as share_no,
    successors.person_id as entitlement_code,
    successors.person_id as commune_code,
    successors.person_id as hold_code
from {{ ref('int_person_successors') }} as successors
where false
{% endif %}
