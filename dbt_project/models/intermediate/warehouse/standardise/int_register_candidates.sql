{{ config(indexes=[{'columns': ['row_id']}], post_hook="analyze {{ this }}") }}

-- Which registered persons a record could be. A record whose own number leads to a person of the same name and
-- year needs no search; the others meet the register by number, by name and date, or by name and year.
{%- set most = var('register_block_most', 40) %}
with by_number as (
    select records.row_id, register.id_number,
        ({{ name_level('records', 'register') }}) in ('exact', 'middle_missing') and records.birth_year = register.birth_year as is_settled
    from {{ ref('int_person_records') }} as records
    inner join {{ ref('int_register_persons') }} as register on records.cccd = register.id_number
),

by_old_number as (
    select records.row_id, register.id_number,
        ({{ name_level('records', 'register') }}) in ('exact', 'middle_missing') and records.birth_year = register.birth_year as is_settled
    from {{ ref('int_person_records') }} as records
    inner join {{ ref('int_register_persons') }} as register on records.cmnd = register.cmnd
),

open_records as (
    select records.*
    from {{ ref('int_person_records') }} as records
    where
        not exists (select 1 from by_number where by_number.row_id = records.row_id and by_number.is_settled)
        and not exists (select 1 from by_old_number where by_old_number.row_id = records.row_id and by_old_number.is_settled)
),

-- name and year alone grow with the square of the province: such a group is only used while it is small
namesakes as (
    select name_key, birth_year
    from {{ ref('int_register_persons') }}
    group by name_key, birth_year
    having count(*) <= {{ most }}
),

found as (
    select row_id, id_number from by_number
    union
    select row_id, id_number from by_old_number
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join {{ ref('int_register_persons') }} as register on records.name_key = register.name_key and records.day_key = register.day_key
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join namesakes on records.name_key = namesakes.name_key and records.birth_year = namesakes.birth_year
    inner join {{ ref('int_register_persons') }} as register on records.name_key = register.name_key and records.birth_year = register.birth_year
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join {{ ref('int_register_persons') }} as register on records.day_key = register.day_key and records.given_name = register.given_name
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join {{ ref('int_register_persons') }} as register
        on records.day_key = register.day_key and records.surname = register.surname and records.middle_name = register.middle_name
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join {{ ref('int_register_persons') }} as register
        on records.commune_code = register.commune_now and records.birth_year = register.birth_year and records.given_name = register.given_name
    union
    select records.row_id, register.id_number
    from open_records as records
    inner join {{ ref('int_register_persons') }} as register
        on right(records.cccd, 6) = right(register.id_number, 6) and records.given_name = register.given_name
)

select row_id, id_number from found
