-- Communes that had people on the list last month (or must send one by the settings) and sent nothing readable for this
-- one. Nobody is a leaver by silence: the list waits, unless a signed waiver says to carry the lines over or to skip.
with expected as (
    select commune_code
    from {{ ref('int_payment_history') }}
    where list_no = {{ this_month() }} - 1

    union

    select commune_code from {{ ref('int_held_before') }} where month_no = {{ this_month() }} - 1

    {% for commune_code in var('expected_communes', []) %}
    union

    select '{{ commune_code | replace("'", "") }}'
    {% endfor %}
),

sent as (
    select distinct commune_code
    from {{ ref('stg_commune__workbooks') }}
    where period = '{{ var("period") }}' and status in ('accepted', 'partly')
),

waivers as (
    select distinct on (expected.commune_code)
        expected.commune_code,
        waivers.action
    from expected
    inner join {{ source('ops', 'waiver') }} as waivers
        on coalesce(waivers.commune_code, expected.commune_code) = expected.commune_code
    where
        waivers.code = 'PAY_COMMUNE_SILENT'
        and waivers.action in ('carry_over', 'skip')
        and coalesce(waivers.period, '{{ var("period") }}') = '{{ var("period") }}'
        and waivers.valid_until >= {% if var('today', none) %}'{{ var("today") }}'{% else %}current_date{% endif %}
    order by expected.commune_code, waivers.commune_code nulls last, waivers.signed_at desc
)

select
    expected.commune_code,
    waivers.action as waiver_action
from expected
left join sent on expected.commune_code = sent.commune_code
left join waivers on expected.commune_code = waivers.commune_code
where expected.commune_code is not null and sent.commune_code is null
