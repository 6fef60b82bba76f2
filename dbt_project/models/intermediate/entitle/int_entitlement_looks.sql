-- What somebody should look at although it is paid: both numbers where the list and the rules differ, and other questions.
with lines as (
    select * from {{ ref('int_entitlement_lines') }}
),

both_programmes as (
    select person_id
    from lines
    where hold_code is null and is_main
    group by person_id
    having bool_or(programme_code = 'NCC') and bool_or(programme_code in ('BTXH', 'HTXH'))
),

looks as (
    select
        'declared_differs' as look_code,
        lines.*
    from lines
    where
        lines.is_main and not lines.is_carried and lines.programme_code <> 'NCC' and lines.declared_vnd is not null
        and lines.hold_code is distinct from 'deceased' and lines.declared_vnd <> lines.due_vnd

    union all

    select
        'ncc_with_btxh',
        lines.*
    from lines
    inner join both_programmes on lines.person_id = both_programmes.person_id
    where lines.is_main and lines.programme_code in ('BTXH', 'HTXH')

    union all

    select
        'account_conflict',
        lines.*
    from lines
    inner join {{ ref('int_entitlement_payees') }} as payees on lines.row_id = payees.row_id
    where payees.accounts_differ and payees.is_self and payees.source = 'list' and payees.channel = 'bank' and lines.is_main

    union all

    select
        'ncc_amount_not_in_table',
        lines.*
    from lines
    where
        lines.programme_code = 'NCC' and lines.is_main
        and exists (select 1 from {{ ref('ncc_amounts') }} as amounts where amounts.entitlement_code = lines.entitlement_code)
        and not exists (
            select 1 from {{ ref('ncc_amounts') }} as amounts
            where
                amounts.entitlement_code = lines.entitlement_code
                and amounts.amount_vnd = lines.declared_vnd
                and coalesce(amounts.counted_from, '0001-01-01') <= {{ month_day(this_month()) }}
                and coalesce(amounts.counted_to, '9999-12-31') >= {{ month_day(this_month()) }}
        )

    union all

    select
        'old_decision_no_history',
        lines.*
    from lines
    inner join {{ ref('int_entitlement_keys') }} as keys on lines.key_id = keys.key_id
    where
        lines.is_main and keys.first_no is null and lines.start_no < {{ this_month() }}
        and lines.decided_no < {{ this_month() }} - {{ limit_of('LOOK_BACK') }}
        and exists (select 1 from {{ ref('int_payment_history') }})

    union all

    -- Truy lĩnh for more months than the province's history usually reaches: paid, and seen by somebody.
    select
        'long_arrears',
        lines.*
    from lines
    where
        lines.is_main and lines.arrears_vnd > 0
        and exists (
            select 1 from {{ ref('int_entitlement_months') }} as months
            where
                months.key_id = lines.key_id and months.owed_vnd > 0 and months.has_line
                and months.month_no < {{ this_month() }} - {{ limit_of('LOOK_BACK') }}
        )

    union all

    -- Funeral support is asked for somebody the register still calls alive: the register may be late, or the number wrong.
    select
        'funeral_of_the_living',
        lines.*
    from lines
    inner join {{ ref('int_entitlement_keys') }} as keys on lines.key_id = keys.key_id
    where lines.is_main and lines.one_off and keys.funeral_no is null

    union all

    -- Paid before, on no list and not held last month, listed again: was last month paid elsewhere, or is it owed?
    select
        'month_skipped',
        lines.*
    from lines
    inner join {{ ref('int_entitlement_keys') }} as keys on lines.key_id = keys.key_id
    where
        lines.is_main and not lines.one_off and lines.place = 1 and keys.last_no < {{ this_month() }} - 1
        and not exists (
            select 1 from {{ ref('int_entitlement_month_list') }} as listed
            where listed.key_id = lines.key_id and listed.month_no = {{ this_month() }} - 1
        )
)

select
    look_code,
    row_id,
    line_id,
    entitlement_id,
    person_id,
    commune_code,
    declared_vnd,
    due_vnd as computed_vnd
from looks
