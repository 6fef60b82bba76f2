{{ config(alias='fct_recovery_case') }}

select
    period,
    {{ analytics_key('case_id') }} as case_key,
    {{ analytics_key('entitlement_id') }} as entitlement_key,
    {{ analytics_key('person_id') }} as person_key,
    commune_code,
    month,
    {{ analytics_code('entitlement_code') }} as entitlement_code,
    amount_vnd,
    is_known
from {{ ref('fct_recovery_case') }}
