{{ config(post_hook="analyze {{ this }}") }}

-- How far each candidate agrees with the record, comparison by comparison: worked out once, weighed afterwards. What two
-- unchanged records of the published month gave then is not worked out again.
{%- set levels = register_comparisons('records', 'register') %}
{%- set words = levels.values() | join(' ') %}
{%- set published = kept_from_published() %}
{% if published %}
with kept as (
    {{ kept_levels(published, levels) }}
)
{%- endif %}

select
    candidates.row_id,
    candidates.id_number,
    records.fingerprint as fingerprint_l,
    register.fingerprint as fingerprint_r,
    records.name_frequency,
    records.ends_frequency,
    records.commune_frequency,
    {{ can_be_found('records') }} as can_be_found,
    {%- for name, level in levels.items() %}
    {{ kept_or(published, name ~ '_level', level) }} as {{ name }}_level,
    {%- endfor %}
    {{ worked_out_by(words) }} as worked_out_by
from {{ ref('int_register_candidates') }} as candidates
inner join {{ ref('int_person_records') }} as records on candidates.row_id = records.row_id
inner join {{ ref('int_register_persons') }} as register on candidates.id_number = register.id_number
{%- if published %}
left join kept on records.fingerprint = kept.fingerprint_l and register.fingerprint = kept.fingerprint_r
{%- endif %}
