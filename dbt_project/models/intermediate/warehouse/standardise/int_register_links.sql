{{ config(post_hook="analyze {{ this }}") }}

-- How likely each candidate is, given all of them and the chance that the person is not registered at all.
{%- set names = ['name', 'birth', 'sex', 'cccd', 'cmnd', 'commune', 'account'] %}
with weighed as (
    select
        levelled.*,
        0
        {%- for name in names %}
            + {{ level_weight('w_' ~ name, 'levelled') }}
        {%- endfor %} as weight
    from {{ ref('int_register_levels') }} as levelled
    {%- for name in names %}
        left join {{ ref('mu_weights') }} as w_{{ name }} on w_{{ name }}.comparison = '{{ name }}' and levelled.{{ name }}_level = w_{{ name }}.level
    {%- endfor %}
),

-- the chance of each candidate before looking: somebody whose number another row carries is rarely meant again
expected as (
    select
        weighed.*,
        coverage.unregistered + coverage.coverage * {{ register_missed('weighed.can_be_found') }} as unseen,
        coverage.coverage / coverage.shares * case when claimed.id_number is null then coverage.open_share else coverage.again_share end as chance
    from weighed
    cross join {{ ref('int_register_coverage') }} as coverage
    left join (select distinct id_number from {{ ref('int_register_claims') }}) as claimed on weighed.id_number = claimed.id_number
),

-- the window passes once over each record's candidates
fitted as (
    select
        expected.*,
        chance * power(2, weight) as fit,
        sum(chance * power(2, weight)) over (partition by row_id) as fits,
        row_number() over (partition by row_id order by chance * power(2, weight) desc, id_number) as rank
    from expected
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
    chance,
    fit,
    fits,
    fit / (unseen + fits) as probability,
    rank
from fitted
where fit / (unseen + fits) >= 0.001
