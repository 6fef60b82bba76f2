{{ config(alias='rpt_review_queue') }}

select
    period,
    case_id,
    cardinality(row_ids) as row_count,
    person_ids,
    rank,
    match_weight,
    match_probability,
    amount_at_stake_vnd,
    question,
    state
from {{ ref('rpt_review_queue') }}
