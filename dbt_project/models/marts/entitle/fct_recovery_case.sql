-- Months paid beyond what was due. Each becomes a case of ops.recovery_case; nothing is deducted from anybody.
select
    '{{ var("period") }}'::text as period,
    case_id,
    entitlement_id,
    person_id,
    programme_code,
    commune_code,
    {{ month_text('month_no') }} as month,
    entitlement_code::text as entitlement_code,
    overpaid_vnd::bigint as amount_vnd,
    normalize(why_vi, NFC) as why_vi,
    is_known
from {{ ref('int_recovery') }}
