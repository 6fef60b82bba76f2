{{ config(indexes=[{'columns': ['row_id_l']}, {'columns': ['row_id_r']}, {'columns': ['band']}], post_hook="analyze {{ this }}") }}

-- Fellegi–Sunter: the weights of a pair's levels added up, then the band. Officers' answers and valid numbers come first.
{%- set comparisons = pair_comparisons() %}
{%- set home = ['hamlet', 'phone', 'account'] %}
-- the larger the province, the less likely two rows picked at random are one person
with size as (
    select greatest(max(frequency), {{ var('size_least', 20000) }}) as rows from {{ ref('int_term_frequencies') }} where kind = 'listed'
),

weighed as (
    select
        levels.*,
        {%- for name in comparisons if name != 'register' %}
            {{ level_weight('w_' ~ name, 'levels') }} as {{ name }}_weight,
        {%- endfor %}
        {{ bits('prior.m / prior.u / size.rows') }} as prior_weight,
        name_level in ('exact', 'tones_differ', 'middle_missing', 'typo', 'word_order') as name_agrees,
        birth_level in ('day', 'month', 'year', 'swapped', 'near') as birth_agrees
    from {{ ref('int_person_pair_levels') }} as levels
    inner join {{ ref('mu_weights') }} as prior on prior.comparison = 'prior'
    cross join size
    {%- for name in comparisons if name != 'register' %}
        left join {{ ref('mu_weights') }} as w_{{ name }} on w_{{ name }}.comparison = '{{ name }}' and levels.{{ name }}_level = w_{{ name }}.level
    {%- endfor %}
),

-- What the register adds to comparing the two rows with each other: one registered person explains both, or two people
-- happen to fit it like this. Where a name is common but only one registered person of the year has it, that is much.
registered as (
    select
        weighed.*,
        case when register_speaks then {{ clamped(bits(
            '(register_fit + register_fit_at_home * power(2, -commune_weight)) / power(2, '
            ~ 'name_weight + birth_weight + sex_weight + cccd_weight + cmnd_weight) + register_unseen'
        ) ~ ' - ' ~ bits('register_apart')) }} else 0 end as register_weight
    from weighed
),

named as (
    select
        registered.*,
        case
            when not register_speaks then null
            when two_registered then 'different'
            when register_weight >= 3 then 'same'
            when register_weight >= 0.5 then 'same_likely'
            when register_weight >= -0.5 then 'possible'
            else 'apart'
        end as register_level
    from registered
),

summed as (
    select
        named.*,
        -- hamlet, phone and account are shared by families: together they never weigh more than {{ var('household_most', 9) }} bits,
        -- unless name and birth agree too, which no two of a family share
        prior_weight
        {%- for name in comparisons if name not in home %} + {{ name }}_weight{% endfor %}
        + least(case when name_agrees and birth_level not in ('different', 'year_but_other_day') then {{ var('own_most', 14) }} else {{ var('household_most', 9) }} end, {% for name in home %}{{ name }}_weight{% if not loop.last %} + {% endif %}{% endfor %}) as match_weight
    from named
),

-- Neighbours of one name and year are commoner than chance, so they must agree in more. A witness of one's own (an old
-- number, a full date, a phone or account under one's own name) or another commune rules them out.
asked as (
    select
        summed.*,
        {{ var('link_weight') }} + case
            when
                cmnd_level = 'equal' or birth_level in ('day', 'swapped')
                or ((phone_level = 'equal' or account_level = 'equal') and coalesce(birth_level not in ('different', 'year_but_other_day'), false))
                then {{ var('with_witness', -5) }}
            when commune_level is distinct from 'equal' then {{ var('far_apart', -3) }}
            when birth_level in ('year', 'month') then 0
            else {{ var('other_day', 2) }}
        end as weight_needed
    from summed
),

judged as (
    select
        asked.*,
        case
            when decision in ('same', 'same_since') then 'linked'
            when decision = 'different' then 'distinct'
            when register_level = 'different' then 'distinct'
            -- the register knows another person who fits one of them better: two people typed with one number
            when cccd_level = 'equal' and not name_agrees and register_weight < -1 then 'review'
            when
                cccd_level = 'equal' and sex_level is distinct from 'different' and register_level is distinct from 'apart'
                -- a year alone agrees with one stranger in sixty: then the rest of the record must not speak against it
                and (name_agrees or birth_level = 'day' or (birth_agrees and match_weight >= {{ var('review_weight') }}))
                then 'linked'
            when same_by_number and (name_agrees or birth_agrees) then 'linked'
            -- two valid numbers: never one person without somebody's word, unless one is a slip and the register knows one at most
            when cccd_level in ('one_off', 'different') then case
                when both_registered then 'distinct'
                when cccd_level = 'one_off' and same_registered and not none_registered then 'linked'
                when cccd_level = 'one_off' and name_agrees and birth_agrees and match_weight >= {{ var('link_weight') }} then 'linked'
                when same_registered then 'review'
                when cccd_level = 'one_off' and match_weight >= {{ var('review_weight') }} then 'review'
                when match_weight - cccd_weight >= {{ var('link_weight') }} + {{ var('two_numbers_margin', 10) }} then 'review'
                else 'distinct'
            end
            -- another name on the same day in the same house: a twin, unless a number says otherwise
            when not name_agrees and cmnd_level is distinct from 'equal' and match_weight >= {{ var('review_weight') }} then 'review'
            when weight_needed >= {{ var('link_weight') }} and hamlet_level = 'different' and match_weight >= {{ var('review_weight') }} then 'review'
            -- two whole dates of one year that differ in day and month: neighbours rather than two slips
            when weight_needed > {{ var('link_weight') }} and birth_level = 'year_but_other_day' and match_weight >= {{ var('review_weight') }} then 'review'
            when match_weight >= weight_needed then 'linked'
            when match_weight >= {{ var('review_weight') }} then 'review'
            else 'distinct'
        end as band,
        case
            when decision is not null then 'decision'
            when cccd_level = 'equal' or cmnd_level = 'equal' or same_registered then 'id'
            else 'model'
        end as method
    from asked
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
