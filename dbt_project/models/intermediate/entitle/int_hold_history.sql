-- Lines held, month by month: the published ones of other months and those of this one.
{% set published = adapter.get_relation(database=target.database, schema='intermediate', identifier='int_hold_history') %}
select
    '{{ var("period") }}'::text as period,
    lines.person_id,
    lines.programme_code,
    lines.family,
    lines.subject_key,
    lines.subject_person_id,
    lines.share_no,
    coalesce(lines.entitlement_code, lines.listed_code, '') as entitlement_code,
    lines.commune_code,
    lines.hold_code
from {{ ref('int_entitlement_lines') }} as lines
where lines.hold_code is not null and lines.is_main
{% if execute and published %}
union all

select
    period,
    person_id,
    programme_code,
    family,
    subject_key,
    subject_person_id,
    share_no,
    entitlement_code,
    commune_code,
    hold_code
from {{ published }}
where period <> '{{ var("period") }}'
{% endif %}
