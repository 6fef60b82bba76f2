{{ config(materialized='table', unlogged=true, post_hook="analyze {{ this }}") }}

-- The live rows of the payout month: understood, not blocked, not replaced by a later workbook.
with live as (
    select readings.*
    from {{ source('raw', 'commune__readings') }} as readings
    inner join {{ source('raw', 'commune__workbooks') }} as workbooks on readings.workbook_id = workbooks.workbook_id
    left join {{ source('raw', 'commune__retired_rows') }} as retired on readings.row_id = retired.row_id
    where
        readings.period = '{{ var("period") }}'
        and workbooks.status in ('accepted', 'partly')
        and not readings.is_blocked
        and retired.row_id is null
),

keyed as (
    select
        live.*,
        names.name_exact,
        names.name_tones,
        names.name_key,
        names.surname,
        names.middle_name,
        names.given_name
    from live
    left join {{ ref('stg_names') }} as names on live.full_name = names.full_name
),

-- What an officer's answer is remembered by. With an ID the record is who it says; without one, only the
-- hamlet, phone and account tell two namesakes apart.
identified as (
    select
        keyed.*,
        encode(sha256(convert_to(concat_ws(
            '|',
            name_exact, coalesce(birth_date::text, ''), coalesce(birth_year::text, ''), coalesce(birth_month::text, ''), coalesce(sex, ''),
            commune_code, coalesce(id_number, ''), coalesce(old_cmnd, ''),
            case when id_number is null
                then concat_ws('|', coalesce({{ fold('hamlet') }}, ''), coalesce(phone, ''), coalesce(bank_bin, ''), coalesce(account_number, ''))
            end
        ), 'UTF8')), 'hex') as identifying
    from keyed
)

select
    row_id,
    workbook_id,
    sheet,
    row_number,
    commune_code,
    period,
    row_key,
    full_name,
    name_key,
    name_tones,
    surname,
    middle_name,
    given_name,
    id_number,
    id_type,
    old_cmnd,
    birth_date,
    birth_year,
    birth_month,
    birth_date_precision,
    sex,
    programme_code,
    entitlement_code,
    group_is_unsure,
    coefficient,
    amount_vnd,
    declared_arrears_vnd,
    bank_bin,
    account_number,
    account_name,
    payment_channel,
    channel_is_inferred,
    payee_name,
    payee_id_number,
    payee_relation,
    mandate_until,
    phone,
    hamlet,
    address,
    decided_on,
    entitled_from,
    certified_on,
    children_count,
    subject_id_number,
    moved_from,
    note,
    -- Two namesakes typed exactly alike are told apart by their place in the list.
    identifying || case
        when row_number() over (partition by identifying order by sheet, row_number, row_id) > 1
            then '#' || row_number() over (partition by identifying order by sheet, row_number, row_id)
        else ''
    end as record_key
from identified
