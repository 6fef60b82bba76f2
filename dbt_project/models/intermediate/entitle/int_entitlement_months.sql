{{ config(indexes=[{'columns': ['key_id']}], post_hook="analyze {{ this }}") }}

-- Each month's due, paid, still owed and overpaid, under the line of this month that carries it: its own if it stands,
-- else the line that took its place (the highest of BTXH/HTXH), else its own again, listed no more.
with slots as (
    select
        person_id,
        slot_key,
        month_no,
        is_highest_only,
        winner_key_id,
        max(entitlement_code) filter (where place = 1) as entitlement_code,
        max(due_vnd) filter (where place = 1) as due_vnd,
        sum(paid_vnd)::bigint as paid_vnd,
        -- Too much was paid under what should not have been paid beside the highest, else under the winner itself.
        (array_agg(key_id order by place = 1, paid_vnd desc, key_id) filter (where paid_vnd > 0))[1] as overpaid_key_id
    from {{ ref('int_entitlement_slots') }}
    group by person_id, slot_key, month_no, is_highest_only, winner_key_id
),

standing as (
    select
        person_id,
        slot_key,
        key_id
    from {{ ref('int_entitlement_slots') }}
    where month_no = {{ this_month() }} and is_listed and place = 1
),

carried as (
    select
        slots.*,
        coalesce(own.key_id, highest.key_id, slots.winner_key_id) as line_key_id,
        coalesce(own.key_id, highest.key_id) is not null as has_line
    from slots
    left join standing as own on slots.winner_key_id = own.key_id
    left join standing as highest
        on slots.is_highest_only and slots.person_id = highest.person_id and highest.slot_key = 'highest_only'
)

select
    line_key_id as key_id,
    person_id,
    slot_key,
    month_no,
    entitlement_code,
    has_line,
    winner_key_id,
    overpaid_key_id,
    due_vnd,
    paid_vnd,
    greatest(due_vnd - paid_vnd, 0) as owed_vnd,
    case when month_no <= {{ this_month() }} then greatest(paid_vnd - due_vnd, 0) else 0 end as overpaid_vnd
from carried
