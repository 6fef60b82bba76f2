{{ config(indexes=[{'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- Every month already paid, offered or promised, by person and family of codes: from the ledger and from the opening file.
-- Instructions of the payout month itself never count, so building again after paying shows the same figures; lines of later
-- months do, so that running an old month again cannot pay what a later truy lĩnh has paid.
with ledger as (
    select
        successors.final_person_id,
        instructions.person_id as paid_person_id,
        instructions.period,
        months.month,
        months.entitlement_code,
        case when instructions.guard_key like '%highest_only%' then '' else split_part(instructions.guard_key, '|', 4) end as subject_key,
        instructions.subject_person_id,
        instructions.share_no,
        instructions.commune_code,
        case
            when instructions.state in {{ failed_states() }} or instructions.state in {{ uncollected_states() }} then 0
            else months.amount_vnd
        end as paid_vnd,
        instructions.state in {{ uncollected_states() }} and months.month = instructions.period as is_uncollected,
        case when instructions.state in {{ uncollected_states() }} then instructions.end_to_end_id end as left_lying
    from {{ source('ops', 'instruction_month') }} as months
    inner join {{ source('ops', 'payment_instruction') }} as instructions on months.end_to_end_id = instructions.end_to_end_id
    left join {{ ref('int_person_successors') }} as successors on instructions.person_id = successors.person_id
    where instructions.period <> '{{ var("period") }}'
),

old_numbers as (
    select
        cmnd,
        min(id_number) as id_number
    from {{ ref('stg_national_id__persons') }}
    where cmnd is not null
    group by cmnd
),

opening as (
    select
        persons.person_id,
        history.period,
        history.entitlement_code,
        coalesce('S' || left(encode(sha256(convert_to(coalesce(subject.id_number, nullif(history.subject_id_number, '')), 'UTF8')), 'hex'), 16), '') as subject_key,
        history.commune_code,
        case when history.paid then history.amount_vnd else 0 end as paid_vnd,
        not history.paid and history.period < '{{ var("period") }}' as is_uncollected
    from {{ source('ops', 'opening_history') }} as history
    inner join {{ ref('int_history_persons') }} as persons on history.id_number = persons.id_number
    left join old_numbers as subject on length(history.subject_id_number) = 9 and history.subject_id_number = subject.cmnd
),

together as (
    select
        coalesce(final_person_id, paid_person_id) as person_id,
        'ledger' as origin,
        period,
        month,
        entitlement_code,
        subject_key,
        subject_person_id,
        share_no,
        commune_code,
        paid_vnd,
        is_uncollected,
        left_lying
    from ledger

    union all

    select
        person_id,
        'opening',
        period,
        period,
        entitlement_code,
        subject_key,
        nullif(subject_key, ''),
        1::smallint,
        commune_code,
        paid_vnd,
        is_uncollected,
        null
    from opening
)

select
    together.person_id,
    codes.programme_code,
    codes.family,
    together.subject_key,
    together.subject_person_id,
    together.share_no,
    together.entitlement_code,
    together.commune_code,
    together.origin,
    together.period as list_period,
    {{ month_no('together.period') }} as list_no,
    {{ month_no('together.month') }} as month_no,
    together.paid_vnd,
    together.is_uncollected,
    together.left_lying
from together
inner join {{ ref('entitlement_codes') }} as codes on together.entitlement_code = codes.entitlement_code
