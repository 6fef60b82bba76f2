{{ config(alias='rpt_outreach') }}

select
    period,
    commune_code,
    {{ analytics_key('person_id') }} as person_key,
    programme_code,
    channel,
    reason,
    owner,
    due_on,
    amount_vnd
from {{ ref('rpt_outreach') }}
