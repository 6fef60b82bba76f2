{{ config(post_hook="analyze {{ this }}") }}

-- Whom of the register each row is about: the person of the number it carries, else the one person it could be.
with rows_now as (
    select row_id, id_number, id_type, name_key, birth_year from {{ ref('stg_commune__beneficiary_rows') }}
),

-- A CMND may stand beside several registered persons: the one whose name and year fit best is meant.
by_old_number as (
    select distinct on (rows_now.row_id) rows_now.row_id, register.id_number as found_id
    from rows_now
    inner join {{ ref('int_register_persons') }} as register on rows_now.id_number = register.cmnd
    where rows_now.id_type = 'cmnd'
    order by
        rows_now.row_id asc, (rows_now.name_key = register.name_key) desc, (rows_now.birth_year = register.birth_year) desc,
        register.id_number asc
),

-- A row without any number is found when exactly one registered person has its name, birth and (where known) commune.
by_fit as (
    select links.row_id, min(links.id_number) as found_id
    from {{ ref('int_register_links') }} as links
    inner join rows_now on links.row_id = rows_now.row_id
    where
        rows_now.id_number is null
        and links.name_level = 'exact'
        and links.birth_level in ('day', 'month', 'year')
        and links.commune_level is distinct from 'different'
        and links.sex_level is distinct from 'different'
    group by links.row_id
    having count(*) = 1
)

select
    rows_now.row_id,
    coalesce(register.id_number, by_old_number.found_id, by_fit.found_id) as found_id,
    case
        when register.id_number is not null then 'id' when by_old_number.found_id is not null then 'cmnd'
        when by_fit.found_id is not null then 'candidate'
    end as found_by
from rows_now
left join {{ ref('int_register_persons') }} as register on rows_now.id_type = 'cccd' and rows_now.id_number = register.id_number
left join by_old_number on rows_now.row_id = by_old_number.row_id
left join by_fit on rows_now.row_id = by_fit.row_id
