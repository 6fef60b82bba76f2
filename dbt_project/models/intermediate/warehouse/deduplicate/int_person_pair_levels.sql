{{ config(post_hook="analyze {{ this }}") }}

{%- set missed_l = register_missed('pairs.can_be_found_l') %}
{%- set missed_r = register_missed('pairs.can_be_found_r') %}
-- How far each pair agrees, comparison by comparison. Null: one side is silent.
with answers as (
    select distinct on (record_key_l, record_key_r) record_key_l, record_key_r, decision
    from {{ source('ops', 'identity_decision') }}
    where decision <> 'same_since' or since_period <= '{{ var("period") }}'
    order by record_key_l, record_key_r, decision_id desc
),

decisions as (
    select least(l.row_id, r.row_id) as row_id_l, greatest(l.row_id, r.row_id) as row_id_r, answers.decision
    from answers
    inner join {{ ref('int_person_records') }} as l on answers.record_key_l = l.record_key
    inner join {{ ref('int_person_records') }} as r on answers.record_key_r = r.record_key
),

-- both records seen from the register: how well one registered person explains both
together as (
    select
        pairs.row_id_l,
        pairs.row_id_r,
        sum(l_links.probability * r_links.probability) as probability,
        sum(l_links.fit * r_links.fit / l_links.chance) filter (where l_links.commune_level is null) as fit,
        sum(l_links.fit * r_links.fit / l_links.chance) filter (where l_links.commune_level is not null) as fit_at_home,
        sum(l_links.fit * r_links.fit) as by_chance
    from {{ ref('int_candidate_pairs') }} as pairs
    inner join {{ ref('int_register_links') }} as l_links on pairs.row_id_l = l_links.row_id
    inner join {{ ref('int_register_links') }} as r_links on pairs.row_id_r = r_links.row_id and l_links.id_number = r_links.id_number
    group by pairs.row_id_l, pairs.row_id_r
)

select
    pairs.row_id_l,
    pairs.row_id_r,
    pairs.rule,
    pairs.name_frequency,
    pairs.ends_frequency,
    pairs.commune_frequency,
    pairs.name_level,
    pairs.birth_level,
    pairs.sex_level,
    pairs.cccd_level,
    pairs.cmnd_level,
    pairs.commune_level,
    pairs.hamlet_level,
    pairs.phone_level,
    pairs.account_level,
    coalesce(together.fit, 0) as register_fit,
    coalesce(together.fit_at_home, 0) as register_fit_at_home,
    -- one of them unregistered, or not found by what the row says
    coverage.unregistered + {{ missed_r }} * coalesce(la.fits, 0) + {{ missed_l }} * coalesce(ra.fits, 0) as register_unseen,
    -- two people who happen to fit the register like this
    (coverage.unregistered + coverage.coverage * {{ missed_l }}) * (coverage.unregistered + coverage.coverage * {{ missed_r }})
    + (coverage.unregistered + coverage.coverage * {{ missed_l }}) * coalesce(ra.fits, 0)
    + (coverage.unregistered + coverage.coverage * {{ missed_r }}) * coalesce(la.fits, 0)
    + greatest(coalesce(la.fits, 0) * coalesce(ra.fits, 0) - coalesce(together.by_chance, 0), 0) as register_apart,
    la.fits is not null or ra.fits is not null as register_speaks,
    coalesce(together.probability >= {{ var('register_sure', 0.99) }}, false) as same_registered,
    -- both are surely registered, and as different persons
    coalesce(
        la.anchor_id <> ra.anchor_id and la.anchor_probability * ra.anchor_probability >= {{ var('register_sure', 0.99) }}
        and coalesce(together.probability, 0) < 0.03, false
    ) as two_registered,
    -- CCCD here, CMND there: the register says both numbers are one person's
    coalesce(together.probability >= {{ var('register_sure', 0.99) }} and la.is_by_number and ra.is_by_number, false) as same_by_number,
    -- both numbers stand in the register, each as somebody's
    coalesce(l_registered.id_number <> r_registered.id_number, false) as both_registered,
    l_registered.id_number is null and r_registered.id_number is null as none_registered,
    decisions.decision
from {{ ref('int_pair_comparisons') }} as pairs
cross join {{ ref('int_register_coverage') }} as coverage
left join {{ ref('int_record_anchors') }} as la on pairs.row_id_l = la.row_id
left join {{ ref('int_record_anchors') }} as ra on pairs.row_id_r = ra.row_id
left join together on pairs.row_id_l = together.row_id_l and pairs.row_id_r = together.row_id_r
left join {{ ref('int_register_persons') }} as l_registered on pairs.cccd_l = l_registered.id_number
left join {{ ref('int_register_persons') }} as r_registered on pairs.cccd_r = r_registered.id_number
left join decisions on pairs.row_id_l = decisions.row_id_l and pairs.row_id_r = decisions.row_id_r
