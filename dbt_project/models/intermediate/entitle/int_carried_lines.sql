-- Last month's lines of a silent commune, brought over so that nobody disappears. They are paid only under a signed
-- `carry_over`; without it (or with `skip`) they stand as held lines.
with lines as (
    select distinct on (instructions.entitlement_id)
        coalesce(successors.final_person_id, instructions.person_id) as person_id,
        instructions.beneficiary_name as full_name,
        instructions.programme_code,
        codes.family,
        instructions.entitlement_code,
        case when instructions.guard_key like '%highest_only%' then '' else split_part(instructions.guard_key, '|', 4) end as subject_key,
        instructions.subject_person_id,
        instructions.share_no,
        instructions.commune_code,
        instructions.hamlet,
        instructions.payee_id,
        instructions.payee_name,
        instructions.bin,
        instructions.account_number,
        instructions.account_name,
        instructions.channel,
        coalesce(month.amount_vnd, instructions.amount_vnd) as last_vnd
    from {{ source('ops', 'payment_instruction') }} as instructions
    inner join {{ ref('entitlement_codes') }} as codes on instructions.entitlement_code = codes.entitlement_code
    left join {{ source('ops', 'instruction_month') }} as month
        on instructions.end_to_end_id = month.end_to_end_id and instructions.period = month.month
    left join {{ ref('int_person_successors') }} as successors on instructions.person_id = successors.person_id
    where instructions.period = {{ month_text(this_month() | int - 1) }} and instructions.state <> 'cancelled' and not codes.one_off
    order by instructions.entitlement_id, instructions.attempt desc
),

opened as (
    select
        history.person_id,
        null::text as full_name,
        history.programme_code,
        history.family,
        history.entitlement_code,
        history.subject_key,
        history.subject_person_id,
        history.share_no,
        history.commune_code,
        null::text as hamlet,
        null::text as payee_id,
        null::text as payee_name,
        null::text as bin,
        null::text as account_number,
        null::text as account_name,
        null::text as channel,
        history.paid_vnd as last_vnd
    from {{ ref('int_payment_history') }} as history
    inner join {{ ref('entitlement_codes') }} as codes on history.entitlement_code = codes.entitlement_code
    where history.origin = 'opening' and history.month_no = {{ this_month() }} - 1 and not codes.one_off
),

waiting as (
    select
        held.person_id,
        null::text as full_name,
        held.programme_code,
        held.family,
        held.entitlement_code,
        held.subject_key,
        held.subject_person_id,
        held.share_no,
        held.commune_code,
        null::text as hamlet,
        null::text as payee_id,
        null::text as payee_name,
        null::text as bin,
        null::text as account_number,
        null::text as account_name,
        null::text as channel,
        0::bigint as last_vnd
    from {{ ref('int_held_before') }} as held
    inner join {{ ref('entitlement_codes') }} as codes on held.entitlement_code = codes.entitlement_code
    where held.month_no = {{ this_month() }} - 1 and not codes.one_off
),

together as (
    select *, 1 as preference from lines
    union all
    select *, 2 as preference from opened
    union all
    select *, 3 as preference from waiting
)

select distinct on (together.person_id, together.programme_code, together.family, together.subject_key, together.share_no)
    together.*,
    silent.waiver_action
from together
inner join {{ ref('int_silent_communes') }} as silent on together.commune_code = silent.commune_code
order by together.person_id, together.programme_code, together.family, together.subject_key, together.share_no, together.preference
