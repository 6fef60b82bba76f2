{{ config(indexes=[{'columns': ['id_number']}], post_hook="analyze {{ this }}") }}

-- Registered persons whose number stands on a row of this month that is about them: most people have one row only, so
-- another row without a number is less likely theirs.
select distinct matches.row_id, matches.id_number
from {{ ref('int_register_matches') }} as matches
inner join {{ ref('int_person_records') }} as records on matches.row_id = records.row_id
inner join {{ ref('int_register_persons') }} as register on matches.id_number = register.id_number
where
    records.origin = 'list'
    and (records.name_key = register.name_key or records.birth_year = register.birth_year)
