-- Questions to officers, the most urgent first: one case a knot.
select
    '{{ var("period") }}'::text as period,
    cases.case_id,
    array_agg(cases.row_id order by cases.is_extra, cases.row_id) as row_ids,
    array_agg(distinct xref.person_id order by xref.person_id) as person_ids,
    coalesce(array_agg(cases.row_id order by cases.row_id) filter (where cases.is_extra), array[]::text[]) as held_row_ids,
    max(cases.rank)::integer as rank,
    max(cases.match_weight)::double precision as match_weight,
    max(cases.match_probability)::double precision as match_probability,
    max(cases.amount_at_stake_vnd)::bigint as amount_at_stake_vnd,
    case when bool_or(cases.is_cut) then 'two_identities' else 'suspected_duplicate' end::text as question,
    'open'::text as state
from {{ ref('int_review_cases') }} as cases
inner join {{ ref('person_xref') }} as xref on cases.row_id = xref.row_id
group by cases.case_id
