-- One line about the whole batch: does deduplication look sane? The person gate stops the month when it does not.
with persons as (
    select cluster_id, count(*) as rows_of_person
    from {{ ref('int_person_clusters') }}
    where origin = 'list'
    group by cluster_id
),

totals as (
    select
        coalesce(sum(rows_of_person), 0) as row_count,
        count(*) as person_count,
        coalesce(max(rows_of_person), 0) as most_rows_of_a_person,
        count(*) filter (where rows_of_person > {{ var('abort_rows_per_person') }}) as persons_over_limit
    from persons
),

cuts as (
    select count(*) as blocks_cut, coalesce(sum(pairs_left_out), 0) as pairs_left_out from {{ ref('int_blocking_cuts') }}
),

asked as (
    select count(distinct case_id) as review_cases from {{ ref('int_review_cases') }}
),

knots as (
    select count(distinct knot_id) as review_knots from {{ ref('int_review_knots') }}
)

select
    '{{ var("period") }}' as period,
    totals.row_count,
    totals.person_count,
    case when totals.row_count > 0 then (totals.row_count - totals.person_count)::numeric / totals.row_count else 0 end as duplicate_share,
    totals.most_rows_of_a_person,
    totals.persons_over_limit,
    asked.review_cases,
    knots.review_knots - asked.review_cases as review_cases_left_out,
    cuts.blocks_cut,
    cuts.pairs_left_out,
    coalesce((totals.row_count - totals.person_count)::numeric / nullif(totals.row_count, 0), 0)
    > {{ var('abort_duplicate_share') }} as too_many_duplicates,
    totals.persons_over_limit > 0 as a_person_has_too_many_rows
from totals
cross join cuts
cross join asked
cross join knots
