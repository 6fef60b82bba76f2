-- Standard amount of each scheme counted in each month, as far as a list may know it: a list is fixed on the 25th of the
-- month before, and a decree known later cannot be in it. The province's amount (a seed row or the settings) counts where it is
-- above the national floor.
with amounts as (
    select
        scheme,
        coalesce(province_code, '') as province_code,
        amount_vnd,
        counted_from,
        null::date as counted_to,
        known_from,
        legal_basis
    from {{ ref('standard_amounts') }}
    where coalesce(province_code, '') in ('', '{{ var("province_code", "") }}')
    {% for own in var('provincial_amounts', []) %}
    union all

    select
        '{{ own.scheme }}',
        'settings',
        {{ own.amount_vnd }},
        '{{ own.counted_from }}'::date,
        {% if own.counted_to %}'{{ own.counted_to }}'::date{% else %}null::date{% endif %},
        '{{ own.known_from or own.counted_from }}'::date,
        '{{ own.legal_basis | replace("'", "''") }}'
    {% endfor %}
),

bounds as (
    select
        greatest(
            {{ month_no("'2013-01'") }},
            least(
                {{ this_month() }} - {{ limit_of('LOOK_BACK') }} - 1,
                coalesce((select min({{ month_no('period') }}) from {{ source('ops', 'opening_history') }}), {{ this_month() }}),
                coalesce((select min({{ month_no('month') }}) from {{ source('ops', 'instruction_month') }}), {{ this_month() }}),
                coalesce((select min(start_no) from {{ ref('int_entitlement_rows') }}), {{ this_month() }})
            )
        ) as first_no
),

months as (
    select generate_series(bounds.first_no, {{ last_month() }}) as month_no
    from bounds
),

lists as (
    select
        months.month_no,
        list.is_now,
        {{ month_day('list.list_no - 1') }} + 24 as fixed_on
    from months
    cross join lateral (values (true, {{ this_month() }}), (false, least(months.month_no, {{ this_month() }}))) as list (is_now, list_no)
),

newest as (
    select distinct on (lists.month_no, lists.is_now, amounts.scheme, amounts.province_code)
        lists.month_no,
        lists.is_now,
        amounts.scheme,
        amounts.amount_vnd,
        amounts.legal_basis,
        amounts.counted_from
    from lists
    inner join amounts
        on
            amounts.known_from <= lists.fixed_on
            and coalesce(amounts.counted_from, '0001-01-01') <= {{ month_day('lists.month_no') }}
            and coalesce(amounts.counted_to, '9999-12-31') >= {{ month_day('lists.month_no') }}
    order by lists.month_no, lists.is_now, amounts.scheme, amounts.province_code, amounts.counted_from desc nulls last
),

highest as (
    select distinct on (month_no, is_now, scheme) *
    from newest
    order by month_no, is_now, scheme, amount_vnd desc, counted_from desc nulls last
)

select
    known.scheme,
    known.month_no,
    known.amount_vnd as rate_vnd,
    known.legal_basis,
    known.counted_from,
    known_then.amount_vnd as rate_then_vnd
from highest as known
left join highest as known_then
    on known.scheme = known_then.scheme and known.month_no = known_then.month_no and not known_then.is_now
where known.is_now
