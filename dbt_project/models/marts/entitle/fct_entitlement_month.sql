-- The months behind each line: what was due, what had been paid, what this line pays. Paid lines add up to payable_vnd.
with months as (
    select
        lines.entitlement_id,
        months.month_no,
        (array_agg(months.entitlement_code order by months.due_vnd desc, months.slot_key))[1] as entitlement_code,
        sum(months.due_vnd)::bigint as due_vnd,
        sum(months.paid_vnd)::bigint as paid_vnd,
        sum(months.owed_vnd)::bigint as amount_vnd
    from {{ ref('int_entitlement_lines') }} as lines
    inner join {{ ref('int_entitlement_months') }} as months on lines.key_id = months.key_id
    where lines.is_main and lines.place = 1 and months.has_line
    group by lines.entitlement_id, months.month_no
)

select
    '{{ var("period") }}'::text as period,
    entitlement_id,
    {{ month_text('month_no') }} as month,
    entitlement_code::text as entitlement_code,
    due_vnd,
    paid_vnd,
    amount_vnd
from months
