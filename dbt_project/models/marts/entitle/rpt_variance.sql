-- Last month's list ± causes = this month's list, to the đồng. One row a change of one person; who did not change has none.
with before as (
    select
        history.person_id,
        case when history.programme_code in ('BTXH', 'HTXH') then 'highest_only'
            else concat_ws('|', history.programme_code, history.family, history.subject_key, history.share_no) end as thing,
        max(history.programme_code) as programme_code,
        max(history.commune_code) as commune_code,
        max(history.entitlement_code) filter (where history.month_no = {{ this_month() }} - 1) as entitlement_code,
        count(distinct history.entitlement_code) filter (where history.month_no = {{ this_month() }} - 1) as codes,
        coalesce(sum(history.paid_vnd) filter (where history.month_no >= {{ this_month() }} - 1), 0)::bigint as regular_vnd,
        coalesce(sum(history.paid_vnd) filter (where history.month_no < {{ this_month() }} - 1), 0)::bigint as arrears_vnd
    from {{ ref('int_payment_history') }} as history
    where history.list_no = {{ this_month() }} - 1
    group by 1, 2
),

now as (
    select
        lines.person_id,
        case when lines.programme_code in ('BTXH', 'HTXH') then 'highest_only'
            else concat_ws('|', lines.programme_code, lines.family, lines.subject_key, lines.share_no) end as thing,
        max(lines.programme_code) as programme_code,
        (array_agg(lines.commune_code order by lines.hold_code is null desc, lines.is_main desc, lines.line_id))[1] as commune_code,
        max(lines.entitlement_code) filter (where lines.hold_code is null) as entitlement_code,
        count(*) filter (where lines.hold_code is null and lines.due_vnd > 0) as codes,
        max(lines.rate_vnd) filter (where lines.hold_code is null) as rate_vnd,
        (array_agg(lines.hold_code order by lines.is_main desc, lines.line_id) filter (where lines.hold_code is not null and lines.hold_code <> 'excluded_highest_only'))[1] as hold_code,
        bool_or(lines.is_carried) as is_carried,
        coalesce(sum(lines.amount_vnd) filter (where lines.hold_code is null), 0)::bigint as regular_vnd,
        coalesce(sum(lines.arrears_vnd) filter (where lines.hold_code is null), 0)::bigint as arrears_vnd
    from {{ ref('int_entitlement_lines') }} as lines
    group by 1, 2
),

earlier as (
    select distinct
        person_id,
        case when programme_code in ('BTXH', 'HTXH') then 'highest_only'
            else concat_ws('|', programme_code, family, subject_key, share_no) end as thing
    from {{ ref('int_payment_history') }}
    where list_no < {{ this_month() }} - 1
),

compared as (
    select
        coalesce(before.person_id, now.person_id) as person_id,
        coalesce(before.thing, now.thing) as thing,
        coalesce(now.programme_code, before.programme_code) as programme_code,
        coalesce(now.entitlement_code, before.entitlement_code) as entitlement_code,
        coalesce(now.commune_code, before.commune_code) as commune_code,
        before.commune_code as commune_before,
        coalesce(before.regular_vnd, 0) as regular_before_vnd,
        coalesce(before.arrears_vnd, 0) as arrears_before_vnd,
        coalesce(now.regular_vnd, 0) as regular_now_vnd,
        coalesce(now.arrears_vnd, 0) as arrears_now_vnd,
        now.person_id is not null as is_listed,
        now.hold_code,
        people.is_dead,
        earlier.person_id is not null or (before.person_id is not null) as was_paid_before,
        before.entitlement_code is distinct from now.entitlement_code as code_differs,
        -- What last month's amount becomes by the new standard amount alone.
        case
            when before.codes = 1 and now.codes = 1 and before.regular_vnd > 0 and now.regular_vnd > 0
                and coalesce(now.programme_code, before.programme_code) <> 'NCC'
                and before.regular_vnd * rates.rate_vnd % nullif(last_rates.rate_then_vnd, 0) = 0
                and last_rates.rate_then_vnd <> rates.rate_vnd
                and before.regular_vnd % nullif(last_rates.rate_then_vnd / 2, 0) = 0
                then before.regular_vnd * rates.rate_vnd / last_rates.rate_then_vnd
        end::bigint as repriced_vnd
    from before
    full outer join now on before.person_id = now.person_id and before.thing = now.thing
    left join earlier
        on coalesce(before.person_id, now.person_id) = earlier.person_id and coalesce(before.thing, now.thing) = earlier.thing
    left join {{ ref('int_entitlement_people') }} as people on coalesce(before.person_id, now.person_id) = people.person_id
    left join {{ ref('programmes') }} as programmes on coalesce(now.programme_code, before.programme_code) = programmes.programme_code
    left join {{ ref('int_standard_amounts') }} as rates on programmes.standard_scheme = rates.scheme and rates.month_no = {{ this_month() }}
    left join {{ ref('int_standard_amounts') }} as last_rates
        on programmes.standard_scheme = last_rates.scheme and last_rates.month_no = {{ this_month() }} - 1
),

changes as (
    select
        compared.*,
        step.cause,
        step.amount_before_vnd,
        step.amount_after_vnd
    from compared
    cross join lateral (
        values
        (
            case when was_paid_before then 'resumed' else 'joiner' end,
            case when regular_before_vnd = 0 and regular_now_vnd > 0 then regular_before_vnd end,
            regular_now_vnd
        ),
        (
            case when hold_code is not null then hold_code when coalesce(is_dead, false) then 'deceased' when is_listed then 'not_due' else 'leaver' end,
            case when regular_before_vnd > 0 and regular_now_vnd = 0 then regular_before_vnd end,
            regular_now_vnd
        ),
        (
            'standard_amount',
            case when repriced_vnd is not null and repriced_vnd <> regular_before_vnd then regular_before_vnd end,
            repriced_vnd
        ),
        (
            case when programme_code = 'NCC' then 'decision' when code_differs then 'level' when entitlement_code = '5.4' then 'children' else 'amount' end,
            case
                when regular_before_vnd > 0 and regular_now_vnd > 0 and coalesce(repriced_vnd, regular_before_vnd) <> regular_now_vnd
                    then coalesce(repriced_vnd, regular_before_vnd)
            end,
            regular_now_vnd
        ),
        (
            'moved',
            case when regular_before_vnd > 0 and regular_now_vnd > 0 and commune_before <> commune_code then regular_now_vnd end,
            regular_now_vnd
        ),
        ('arrears', case when arrears_now_vnd > 0 then 0 end, arrears_now_vnd),
        ('arrears_last_month', case when arrears_before_vnd > 0 then arrears_before_vnd end, 0)
    ) as step (cause, amount_before_vnd, amount_after_vnd)
    where step.amount_before_vnd is not null
)

select
    '{{ var("period") }}'::text as period,
    person_id,
    programme_code,
    entitlement_code::text as entitlement_code,
    commune_code,
    cause::text as cause,
    amount_before_vnd::bigint as amount_before_vnd,
    amount_after_vnd::bigint as amount_after_vnd
from changes
