{{ config(post_hook="analyze {{ this }}") }}

-- How far the two records of each pair agree, from the records alone. A pair of two records that stand unchanged in the
-- published month was compared then: only pairs with a new or changed record are compared again.
{%- set levels = record_comparisons('l', 'r') %}
{%- set words = levels.values() | join(' ') %}
{%- set published = kept_from_published() %}
{% if published %}
with kept as (
    {{ kept_levels(published, levels) }}
)
{%- endif %}

select
    pairs.row_id_l,
    pairs.row_id_r,
    pairs.rule,
    least(l.fingerprint, r.fingerprint) as fingerprint_l,
    greatest(l.fingerprint, r.fingerprint) as fingerprint_r,
    l.cccd as cccd_l,
    r.cccd as cccd_r,
    {{ can_be_found('l') }} as can_be_found_l,
    {{ can_be_found('r') }} as can_be_found_r,
    (l.name_frequency + r.name_frequency) / 2 as name_frequency,
    (l.ends_frequency + r.ends_frequency) / 2 as ends_frequency,
    (l.commune_frequency + r.commune_frequency) / 2 as commune_frequency,
    {%- for name, level in levels.items() %}
    {{ kept_or(published, name ~ '_level', level) }} as {{ name }}_level,
    {%- endfor %}
    {{ worked_out_by(words) }} as worked_out_by
from {{ ref('int_candidate_pairs') }} as pairs
inner join {{ ref('int_person_records') }} as l on pairs.row_id_l = l.row_id
inner join {{ ref('int_person_records') }} as r on pairs.row_id_r = r.row_id
{%- if published %}
left join kept on least(l.fingerprint, r.fingerprint) = kept.fingerprint_l and greatest(l.fingerprint, r.fingerprint) = kept.fingerprint_r
{%- endif %}
