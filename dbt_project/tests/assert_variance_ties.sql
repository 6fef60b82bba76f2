-- Last month's list, plus and minus the told causes, is this month's list: to the đồng.
with told as (
    select coalesce(sum(amount_after_vnd - amount_before_vnd), 0) as change_vnd from {{ ref('rpt_variance') }}
),

before as (
    select coalesce(sum(paid_vnd), 0) as total_vnd
    from {{ ref('int_payment_history') }}
    where list_no = {{ this_month() }} - 1
),

now as (
    select coalesce(sum(payable_vnd), 0) as total_vnd from {{ ref('fct_entitlement') }}
)

select
    before.total_vnd as before_vnd,
    told.change_vnd,
    now.total_vnd as now_vnd
from told
cross join before
cross join now
where before.total_vnd + told.change_vnd <> now.total_vnd
