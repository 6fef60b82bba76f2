{{ config(materialized='table', unlogged=true, post_hook="analyze {{ this }}") }}

-- The live rows of the payout month (understood, not blocked, not replaced by a later workbook), each with what an
-- officer's answer is remembered by. With an ID the record is who it says; without one, only the hamlet, phone and account
-- tell two namesakes apart.
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

identified as (
    select
        live.row_id,
        live.sheet,
        live.row_number,
        sha256(convert_to(concat_ws(
            '|',
            names.name_exact, coalesce(birth_date::text, ''), coalesce(birth_year::text, ''), coalesce(birth_month::text, ''), coalesce(sex, ''),
            commune_code, coalesce(id_number, ''), coalesce(old_cmnd, ''),
            case when id_number is null
                then concat_ws('|', coalesce({{ fold('hamlet') }}, ''), coalesce(phone, ''), coalesce(bank_bin, ''), coalesce(account_number, ''))
            end
        ), 'UTF8')) as identifying
    from live
    left join {{ ref('stg_names') }} as names on live.full_name = names.full_name
),

-- Two namesakes typed exactly alike are told apart by their place in the list.
placed as (
    select row_id, identifying, row_number() over (partition by identifying order by sheet, row_number, row_id) as place
    from identified
)

select row_id, encode(identifying, 'hex') || case when place > 1 then '#' || place else '' end as record_key
from placed
