{{ config(indexes=[{'columns': ['kind', 'value']}], post_hook="analyze {{ this }}") }}

-- How many records and how many different names carry one number: a placeholder ID or phone is shared by many.
with carried as (
    select 'cccd' as kind, cccd as value, name_key, birth_year
    from {{ ref('int_record_fields') }} where cccd is not null and origin = 'list'
    union all
    select 'cmnd', cmnd, name_key, birth_year from {{ ref('int_record_fields') }} where cmnd is not null and origin = 'list'
    union all
    select 'phone', phone, name_key, birth_year from {{ ref('int_record_fields') }} where phone is not null and origin = 'list'
    union all
    select 'account', account_key, name_key, birth_year from {{ ref('int_record_fields') }} where account_key is not null and origin = 'list'
)

select
    kind,
    value,
    count(*) as records,
    count(distinct (name_key, birth_year)) as people
from carried
group by kind, value
having count(*) > 1
