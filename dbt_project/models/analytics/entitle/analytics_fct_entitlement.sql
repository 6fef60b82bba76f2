{{ config(alias='fct_entitlement') }}

select
    period,
    {{ analytics_key('line_id') }} as line_key,
    {{ analytics_key('entitlement_id') }} as entitlement_key,
    {{ analytics_key('person_id') }} as person_key,
    {{ mask_name('full_name') }} as name_short,
    programme_code,
    {{ analytics_code('entitlement_code') }} as entitlement_code,
    {{ analytics_key('subject_person_id') }} as subject_person_key,
    share_no,
    months,
    rate_vnd,
    coefficient,
    amount_vnd,
    arrears_vnd,
    recovery_vnd,
    payable_vnd,
    declared_vnd,
    {{ analytics_key('payee_id') }} as payee_key,
    payee_role,
    channel,
    bin,
    {{ mask_number('account_number', 0, 3) }} as account_masked,
    hold_code,
    commune_code,
    is_main_line
from {{ ref('fct_entitlement') }}
