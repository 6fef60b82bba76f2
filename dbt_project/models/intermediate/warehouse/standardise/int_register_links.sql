{{ config(post_hook="analyze {{ this }}") }}

-- How likely each candidate is, given all of them and the chance that the person is not registered at all.
{%- set names = ['name', 'birth', 'sex', 'cccd', 'cmnd', 'commune', 'account'] %}
with weighed as (
    select
        levelled.*,
        {{ bits(var('register_coverage', 0.95) ~ ' / (1.0 - ' ~ var('register_coverage', 0.95) ~ ') / (select greatest(count(*), 1) from ' ~ ref('int_register_persons') ~ ')') }}
        {%- for name in names %}
            + {{ level_weight('w_' ~ name, 'levelled') }}
        {%- endfor %} as weight
    from {{ ref('int_register_levels') }} as levelled
    {%- for name in names %}
        left join {{ ref('mu_weights') }} as w_{{ name }} on w_{{ name }}.comparison = '{{ name }}' and levelled.{{ name }}_level = w_{{ name }}.level
    {%- endfor %}
),

shared as (
    select
        weighed.*,
        power(2, least(weight, 60)) / (1 + sum(power(2, least(weight, 60))) over (partition by row_id)) as probability,
        row_number() over (partition by row_id order by weight desc, id_number) as rank
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
    rank
from shared
where probability >= 0.001
