{{ config(indexes=[{'columns': ['key_id']}], post_hook="analyze {{ this }}") }}

-- One line a claim (and one for money to ask back from somebody listed no more), with the reason it waits, if it does.
with claims as (
    select
        claims.*,
        keys.key_id,
        keys.is_dead,
        keys.is_missing,
        keys.ends_no,
        keys.is_highest_only
    from {{ ref('int_entitlement_claims') }} as claims
    inner join {{ ref('int_entitlement_keys') }} as keys using (person_id, programme_code, family, subject_key, share_no)
),

now as (
    select * from {{ ref('int_entitlement_slots') }} where month_no = {{ this_month() }} and is_listed
),

sums as (
    select
        key_id,
        sum(owed_vnd) filter (where month_no >= {{ this_month() }})::bigint as amount_vnd,
        coalesce(sum(owed_vnd) filter (where month_no < {{ this_month() }}), 0)::bigint as arrears_vnd
    from {{ ref('int_entitlement_months') }}
    where has_line
    group by key_id
),

recovery as (
    select
        line_key_id as key_id,
        sum(overpaid_vnd) filter (where not is_known)::bigint as recovery_vnd
    from {{ ref('int_recovery') }}
    group by line_key_id
),

priced as (
    select
        claims.*,
        own.entitlement_code is not null as keeps_own_code,
        coalesce(own.entitlement_code, now.entitlement_code) as entitlement_code,
        now.slot_key,
        now.is_paid_together,
        now.place,
        now.winner_key_id,
        now.winner_due_vnd,
        now.rate_vnd,
        now.rate_basis,
        coalesce(own.coefficient, now.coefficient) as coefficient,
        now.children,
        now.is_age_out,
        now.is_outgrown,
        now.is_outside_law,
        now.level_vnd,
        coalesce(round(now.rate_vnd * own.coefficient), now.due_vnd)::bigint as due_vnd,
        now.paid_vnd as paid_now_vnd,
        case when claims.is_main and now.place = 1 then coalesce(sums.amount_vnd, 0) else coalesce(round(now.rate_vnd * own.coefficient), now.due_vnd)::bigint * {{ var('months_together', 1) }} end as amount_vnd,
        case when claims.is_main and now.place = 1 then coalesce(sums.arrears_vnd, 0) else 0 end as arrears_vnd,
        case when claims.is_main then coalesce(recovery.recovery_vnd, 0) else 0 end as recovery_vnd,
        case when now.programme_code = 'MAI_TANG' then exists (
            select 1 from {{ ref('int_entitlement_due') }} as earlier
            where earlier.key_id = claims.key_id and earlier.month_no < {{ this_month() }} and earlier.paid_vnd > 0
        ) else false end as one_off_was_paid
    from claims
    inner join now on claims.key_id = now.key_id
    -- A lower level listed beside the higher one of the same thing keeps its own code and amount.
    left join {{ ref('entitlement_codes') }} as own
        on not claims.is_main and claims.extra_reason = 'excluded_highest_only' and claims.listed_code = own.entitlement_code
    left join sums on claims.key_id = sums.key_id
    left join recovery on claims.key_id = recovery.key_id
),

judged as (
    select
        priced.*,
        coalesce(payees.channel, carried.channel) as channel,
        coalesce(payees.bin, carried.bin) as bin,
        coalesce(payees.account_number, carried.account_number) as account_number,
        coalesce(payees.account_name, carried.account_name) as account_name,
        coalesce(payees.payee_id, carried.payee_id, priced.person_id) as payee_id,
        coalesce(payees.payee_name, carried.payee_name, priced.full_name) as payee_name,
        coalesce(payees.payee_role, 'self') as payee_role,
        payees.people_sharing,
        payees.receiver_is_dead,
        payees.mandate_is_over,
        signs.first_left_no,
        signs.last_left_no,
        priced.declared_vnd > priced.due_vnd * {{ limit_of('DECLARED_LIMIT') }} and priced.due_vnd > 0 and priced.programme_code <> 'NCC' as is_declared_far_off,
        priced.winner_due_vnd > 0 and priced.due_vnd > 0 and priced.place > 1 as is_outdone,
        case
            when signs.is_not_their_number then 'id_mismatch'
            when priced.is_dead and priced.ends_no < {{ this_month() }} and not priced.one_off then 'deceased'
            when priced.ends_no < {{ this_month() }} and priced.programme_code = 'CHAM_SOC' then 'deceased'
            when priced.is_missing and not priced.one_off then 'missing_person'
            when priced.extra_reason is not null then priced.extra_reason
            when priced.one_off_was_paid then 'duplicate_review'
            when priced.group_is_unsure or (priced.is_age_out and not priced.is_outgrown) or priced.is_outside_law then 'group_unsure'
            when priced.declared_vnd > priced.due_vnd * {{ limit_of('DECLARED_LIMIT') }} and priced.due_vnd > 0 and priced.programme_code <> 'NCC' then 'group_unsure'
            when priced.programme_code = 'NCC' and coalesce(priced.declared_vnd, 0) <= 0 then 'group_unsure'
            when priced.winner_due_vnd > 0 and priced.due_vnd > 0 and priced.place > 1 then 'excluded_highest_only'
            when priced.is_carried and priced.waiver_action is distinct from 'carry_over' then 'late_commune'
            when signs.is_left_three then 'uncollected_3m'
            when payees.receiver_is_dead or payees.mandate_is_over or payees.is_shared_by_many then 'receiver_risk'
            when payees.source = 'none' or coalesce(payees.channel, carried.channel) is null then 'no_channel'
        end as hold_code
    from priced
    left join {{ ref('int_entitlement_payees') }} as payees on priced.row_id = payees.row_id
    left join {{ ref('int_carried_lines') }} as carried
        on
            priced.is_carried
            and priced.person_id = carried.person_id
            and priced.programme_code = carried.programme_code
            and priced.family = carried.family
            and priced.subject_key = carried.subject_key
            and priced.share_no = carried.share_no
    left join {{ ref('int_hold_signs') }} as signs on priced.row_id = signs.row_id
)

select
    judged.*,
    'E' || left(encode(sha256(convert_to(concat_ws('|',
        person_id, programme_code, entitlement_code, subject_key, share_no
    ), 'UTF8')), 'hex'), 24) as entitlement_id,
    'L' || left(encode(sha256(convert_to(concat_ws('|', key_id, coalesce(row_id, 'carried')), 'UTF8')), 'hex'), 24) as line_id,
    case
        when is_highest_only and not is_paid_together then person_id || '|highest_only'
        else concat_ws('|', person_id, programme_code, family, subject_key, share_no)
    end as guard_key
from judged
