{{ config(post_hook="analyze {{ this }}") }}

-- How far each candidate agrees with the record, comparison by comparison; worked out once, weighed afterwards.
select
    candidates.row_id,
    candidates.id_number,
    records.name_frequency,
    records.ends_frequency,
    records.commune_frequency,
    {{ name_level('records', 'register') }} as name_level,
    {{ birth_level('records', 'register') }} as birth_level,
    {{ sex_level('records', 'register') }} as sex_level,
    {{ cccd_level('records', 'register') }} as cccd_level,
    {{ cmnd_level('records', 'register') }} as cmnd_level,
    case
        when register.commune_code is null then null
        when records.commune_code in (register.commune_code, register.commune_now) then 'equal'
        when records.moved_from_commune in (register.commune_code, register.commune_now) then 'moved'
        else 'different'
    end as commune_level,
    {{ account_level('records', 'register') }} as account_level
from {{ ref('int_register_candidates') }} as candidates
inner join {{ ref('int_person_records') }} as records on candidates.row_id = records.row_id
inner join {{ ref('int_register_persons') }} as register on candidates.id_number = register.id_number
