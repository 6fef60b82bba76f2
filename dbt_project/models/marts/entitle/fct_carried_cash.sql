-- Cash of earlier lists that nobody collected and whose months a line of this list pays: sealing this list closes the earlier line.
select distinct
    '{{ var("period") }}'::text as period,
    lines.entitlement_id,
    history.left_lying as end_to_end_id
from {{ ref('int_entitlement_lines') }} as lines
inner join {{ ref('int_entitlement_months') }} as months
    on lines.key_id = months.key_id and months.has_line and months.owed_vnd > 0
inner join {{ ref('int_entitlement_slots') }} as slots
    on months.person_id = slots.person_id and months.slot_key = slots.slot_key and months.month_no = slots.month_no
inner join {{ ref('int_payment_history') }} as history
    on
        slots.person_id = history.person_id
        and slots.programme_code = history.programme_code
        and slots.family = history.family
        and slots.subject_key = history.subject_key
        and slots.share_no = history.share_no
        and slots.month_no = history.month_no
where
    lines.is_main and lines.place = 1 and lines.hold_code is null
    and history.left_lying is not null
