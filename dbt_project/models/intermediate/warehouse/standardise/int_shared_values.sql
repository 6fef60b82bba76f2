{{ config(indexes=[{'columns': ['kind', 'value']}], post_hook="analyze {{ this }}") }}

-- How many records and how many different names carry one number: a placeholder ID or phone is shared by many.
-- Numbers of one record alone, nearly all of them, are left aside before people are told apart.
{%- set kinds = {'cccd': 'cccd', 'cmnd': 'cmnd', 'phone': 'phone', 'account': 'account_key'} %}
with carried as (
    {%- for kind, field in kinds.items() %}
    select '{{ kind }}' as kind, {{ field }} as value, name_key, birth_year
    from {{ ref('int_record_fields') }}
    where
        origin = 'list'
        and {{ field }} in (
            select {{ field }} from {{ ref('int_record_fields') }}
            where {{ field }} is not null and origin = 'list'
            group by {{ field }}
            having count(*) > 1
        )
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    kind,
    value,
    count(*) as records,
    count(distinct (name_key, birth_year)) as people
from carried
group by kind, value
