{{ config(indexes=[{'columns': ['row_id']}, {'columns': ['id_number']}], post_hook="analyze {{ this }}") }}

-- How likely each candidate is, given all of them and the chance that the person is not registered at all.
{%- set names = ['name', 'birth', 'sex', 'cccd', 'cmnd', 'commune', 'account'] %}
with levelled as (
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
),

size as (
    select greatest(count(*), 1) as people from {{ ref('int_register_persons') }}
),

weighed as (
    select
        levelled.*,
        {{ bits(var('register_coverage', 0.95) ~ ' / (1.0 - ' ~ var('register_coverage', 0.95) ~ ') / size.people') }}
        {%- for name in names %}
            + {{ level_weight('w_' ~ name, 'levelled') }}
        {%- endfor %} as weight
    from levelled
    cross join size
    {%- for name in names %}
        left join {{ ref('mu_weights') }} as w_{{ name }} on w_{{ name }}.comparison = '{{ name }}' and levelled.{{ name }}_level = w_{{ name }}.level
    {%- endfor %}
),

shared as (
    select
        weighed.*,
        power(2, least(weight, 60)) / (1 + sum(power(2, least(weight, 60))) over (partition by row_id)) as probability
    from weighed
)

select
    row_id,
    id_number,
    name_level,
    birth_level,
    sex_level,
    cccd_level,
    cmnd_level,
    commune_level,
    weight,
    probability,
    row_number() over (partition by row_id order by weight desc, id_number) as rank
from shared
where probability >= 0.001
