{{ config(alias='fct_payment') }}

select
    period,
    {{ analytics_key('end_to_end_id') }} as payment_key,
    {{ analytics_key('entitlement_id') }} as entitlement_key,
    {{ analytics_key('person_id') }} as person_key,
    {{ analytics_key('payee_id') }} as payee_key,
    programme_code,
    {{ analytics_code('entitlement_code') }} as entitlement_code,
    commune_code,
    amount_vnd,
    channel,
    attempt,
    state,
    sent_at,
    settled_at,
    return_reason
from {{ ref('fct_payment') }}
