{{ config(indexes=[{'columns': ['row_id_l']}, {'columns': ['row_id_r']}, {'columns': ['band']}], post_hook="analyze {{ this }}") }}

-- Fellegi–Sunter: the weights of a pair's levels added up, then the band. Officers' answers and valid numbers come first.
{%- set comparisons = pair_comparisons() %}
{%- set home = ['hamlet', 'phone', 'account'] %}
with weighed as (
    select
        levels.*,
        {%- for name in comparisons %}
            {{ level_weight('w_' ~ name, 'levels') }} as {{ name }}_weight,
        {%- endfor %}
        {{ bits('prior.m / prior.u') }} as prior_weight
    from {{ ref('int_person_pair_levels') }} as levels
    inner join {{ ref('mu_weights') }} as prior on prior.comparison = 'prior'
    {%- for name in comparisons %}
        left join {{ ref('mu_weights') }} as w_{{ name }} on w_{{ name }}.comparison = '{{ name }}' and levels.{{ name }}_level = w_{{ name }}.level
    {%- endfor %}
),

summed as (
    select
        weighed.*,
        -- hamlet, phone and account are shared by families: together they never weigh more than {{ var('household_most', 9) }} bits
        prior_weight
        {%- for name in comparisons if name not in home %} + {{ name }}_weight{% endfor %}
        + least({{ var('household_most', 9) }}, {% for name in home %}{{ name }}_weight{% if not loop.last %} + {% endif %}{% endfor %}) as match_weight,
        name_level in ('exact', 'tones_differ', 'middle_missing', 'typo', 'word_order') as name_agrees,
        birth_level in ('day', 'month', 'year', 'swapped', 'near') as birth_agrees
    from weighed
),

judged as (
    select
        summed.*,
        case
            when decision in ('same', 'same_since') then 'linked'
            when decision = 'different' then 'distinct'
            when register_level = 'different' then 'distinct'
            when
                cccd_level = 'equal' and sex_level is distinct from 'different' and register_level is distinct from 'apart'
                -- a year alone agrees with one stranger in sixty: then the rest of the record must not speak against it
                and (name_agrees or birth_level = 'day' or (birth_agrees and match_weight >= {{ var('review_weight') }}))
                then 'linked'
            when same_by_number and (name_agrees or birth_agrees) then 'linked'
            -- two valid numbers: never one person without somebody's word, unless the register knows only one of them
            when cccd_level in ('one_off', 'different') then case
                when both_registered then 'distinct'
                when cccd_level = 'one_off' and register_level = 'same' and not none_registered then 'linked'
                when register_level = 'same' then 'review'
                when cccd_level = 'one_off' and match_weight >= {{ var('review_weight') }} then 'review'
                when match_weight - cccd_weight >= {{ var('link_weight') }} + {{ var('two_numbers_margin', 8) }} then 'review'
                else 'distinct'
            end
            when
                register_level = 'same' and (name_agrees or birth_agrees)
                and hamlet_level is distinct from 'different' and match_weight >= {{ var('review_weight') }}
                then 'linked'
            -- namesakes of one year in two hamlets, and no number, date, phone or account they share: somebody must say
            when
                match_weight >= {{ var('link_weight') }} and hamlet_level = 'different' and birth_level <> 'day'
                and 'equal' not in (coalesce(cmnd_level, ''), coalesce(phone_level, ''), coalesce(account_level, ''))
                then 'review'
            when match_weight >= {{ var('link_weight') }} then 'linked'
            when match_weight >= {{ var('review_weight') }} then 'review'
            else 'distinct'
        end as band,
        case
            when decision is not null then 'decision'
            when cccd_level = 'equal' or cmnd_level = 'equal' or register_level = 'same' then 'id'
            else 'model'
        end as method
    from summed
)

select
    row_id_l,
    row_id_r,
    rule,
    {% for name in comparisons %}{{ name }}_level, {{ name }}_weight, {% endfor %}
    prior_weight,
    match_weight,
    case
        when decision in ('same', 'same_since') then 1
        when decision = 'different' then 0
        -- an equal number or registered person that decided the band is at least as sure as the threshold
        when band = 'linked' then 1 / (1 + power(2, -least(40, greatest(match_weight, {{ var('link_weight') }}))))
        else 1 / (1 + power(2, -greatest(-40, least(40, match_weight))))
    end as match_probability,
    band,
    method,
    decision
from judged
