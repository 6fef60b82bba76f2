{{ config(alias='fct_entitlement_month') }}

select
    period,
    {{ analytics_key('entitlement_id') }} as entitlement_key,
    month,
    {{ analytics_code('entitlement_code') }} as entitlement_code,
    due_vnd,
    paid_vnd,
    amount_vnd
from {{ ref('fct_entitlement_month') }}
