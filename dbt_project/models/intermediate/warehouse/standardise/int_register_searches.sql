{{ config(post_hook="analyze {{ this }}") }}

-- Records no number of their own settles, with what the register is searched by.
select
    records.row_id,
    records.name_key,
    records.surname,
    records.middle_name,
    records.given_name,
    records.name_words,
    records.birth_year,
    records.day_key,
    records.commune_code,
    right(records.cccd, 6) as number_tail
from {{ ref('int_person_records') }} as records
where not exists (
    select 1 from {{ ref('int_register_matches') }} as matches where matches.row_id = records.row_id and matches.is_settled
)
