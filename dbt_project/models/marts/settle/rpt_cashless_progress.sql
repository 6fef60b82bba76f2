-- How far each commune is from cash, month by month: people and money by channel, live instructions only.
with live as (
    select *
    from {{ ref('fct_payment') }}
    where state not in {{ failed_states() }} and state <> 'carried'
)

select
    period,
    commune_code,
    programme_code,
    count(distinct person_id) as people,
    count(distinct person_id) filter (where channel in ('bank', 'wallet')) as people_cashless,
    count(distinct person_id) filter (where channel = 'cash') as people_cash,
    count(distinct person_id) filter (where channel = 'home') as people_home,
    sum(amount_vnd)::bigint as amount_vnd,
    coalesce(sum(amount_vnd) filter (where channel in ('bank', 'wallet')), 0)::bigint as amount_cashless_vnd,
    coalesce(sum(amount_vnd) filter (where channel in ('cash', 'home')), 0)::bigint as amount_cash_vnd,
    round(count(distinct person_id) filter (where channel in ('bank', 'wallet'))::numeric / count(distinct person_id), 4)::numeric(6, 4) as share_cashless
from live
group by period, commune_code, programme_code
