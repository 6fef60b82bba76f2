{{ config(indexes=[{'columns': ['row_id']}, {'columns': ['case_id']}], post_hook="analyze {{ this }}") }}

-- Questions for an officer: each row of each case, and whether its line waits for the answer. Of a suspected
-- duplicate only the extra line waits, never both. Questions beyond the officers' monthly capacity are not asked:
-- the likeliest and dearest come first, the rest is counted in int_person_batch_health.
-- depends_on: {{ ref('int_review_conflicts') }}
with extra_clusters as (
    select node as cluster_id, is_extra
    from ops.extra_members('select first, second from {{ ref("int_review_conflicts") }}')
),

extra_rows as (
    select distinct conflicts.extra_row_id as row_id, conflicts.amount_vnd
    from {{ ref('int_review_conflicts') }} as conflicts
    inner join extra_clusters as kept on conflicts.first = kept.cluster_id and not kept.is_extra
    inner join extra_clusters as extra on conflicts.second = extra.cluster_id and extra.is_extra
),

members as (
    select
        knots.knot_id,
        clusters.cluster_id,
        clusters.row_id,
        clusters.record_key,
        extra_rows.row_id is not null as is_extra,
        coalesce(extra_rows.amount_vnd, 0) as amount_vnd
    from {{ ref('int_review_knots') }} as knots
    inner join {{ ref('int_person_clusters') }} as clusters on knots.cluster_id = clusters.cluster_id
    left join extra_rows on clusters.row_id = extra_rows.row_id
    where clusters.origin = 'list'
),

weights as (
    select knots.knot_id, max(pairs.match_weight) as match_weight, max(pairs.match_probability) as match_probability, bool_or(pairs.is_cut) as is_cut
    from {{ ref('int_review_pairs') }} as pairs
    inner join {{ ref('int_review_knots') }} as knots on pairs.cluster_id_l = knots.cluster_id
    group by knots.knot_id
),

cases as (
    select
        members.knot_id,
        'C' || left(encode(sha256(convert_to(string_agg(distinct members.record_key, '|' order by members.record_key), 'UTF8')), 'hex'), 20) as case_id,
        sum(members.amount_vnd) as amount_at_stake_vnd,
        max(weights.match_weight) as match_weight,
        max(weights.match_probability) as match_probability,
        bool_or(weights.is_cut) as is_cut
    from members
    inner join weights on members.knot_id = weights.knot_id
    group by members.knot_id
),

ranked as (
    select
        cases.*,
        row_number() over (
            order by (amount_at_stake_vnd > 0) desc, match_probability * amount_at_stake_vnd desc, match_weight desc, case_id
        ) as rank
    from cases
),

capacity as (
    select greatest(floor(count(*) * {{ var('review_per_thousand', 10) }} / 1000.0), {{ var('review_least', 5) }}) as most from {{ ref('stg_commune__beneficiary_rows') }}
)

select
    ranked.case_id,
    members.row_id,
    members.cluster_id,
    members.is_extra,
    ranked.rank,
    ranked.match_weight,
    ranked.match_probability,
    ranked.amount_at_stake_vnd,
    ranked.is_cut
from ranked
cross join capacity
inner join members on ranked.knot_id = members.knot_id
where ranked.rank <= capacity.most
