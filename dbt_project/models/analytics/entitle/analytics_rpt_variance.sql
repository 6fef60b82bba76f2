{{ config(alias='rpt_variance') }}

select
    period,
    {{ analytics_key('person_id') }} as person_key,
    programme_code,
    {{ analytics_code('entitlement_code') }} as entitlement_code,
    commune_code,
    cause,
    amount_before_vnd,
    amount_after_vnd
from {{ ref('rpt_variance') }}
