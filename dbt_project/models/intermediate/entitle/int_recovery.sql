-- Months paid beyond what was due, one case each, under the line of this month that tells about it. A case an officer
-- already has from an earlier month is not told again.
with overpaid as (
    select
        months.key_id as line_key_id,
        coalesce(months.overpaid_key_id, months.winner_key_id) as key_id,
        months.month_no,
        months.overpaid_vnd,
        months.due_vnd,
        months.paid_vnd
    from {{ ref('int_entitlement_months') }} as months
    where months.overpaid_vnd > 0
),

named as (
    select
        overpaid.*,
        due.person_id,
        due.programme_code,
        due.entitlement_code,
        'E' || left(encode(sha256(convert_to(concat_ws('|',
            due.person_id, due.programme_code, due.entitlement_code, due.subject_key, due.share_no
        ), 'UTF8')), 'hex'), 24) as entitlement_id,
        keys.is_dead,
        keys.ends_no,
        keys.commune_code
    from overpaid
    inner join {{ ref('int_entitlement_due') }} as due on overpaid.key_id = due.key_id and overpaid.month_no = due.month_no
    inner join {{ ref('int_entitlement_keys') }} as keys on overpaid.key_id = keys.key_id
)

select
    'C' || left(encode(sha256(convert_to(named.entitlement_id || '|' || {{ month_text('named.month_no') }}, 'UTF8')), 'hex'), 24) as case_id,
    named.line_key_id,
    named.key_id,
    named.entitlement_id,
    named.person_id,
    named.programme_code,
    named.commune_code,
    named.month_no,
    named.entitlement_code,
    named.overpaid_vnd,
    cases.case_id is not null as is_known,
    'Tháng ' || {{ say_month('named.month_no') }} || ' đã chi ' || {{ say_vnd('named.paid_vnd') }} || ', phải chi ' || {{ say_vnd('named.due_vnd') }}
    || case
        when named.is_dead and named.month_no > named.ends_no
            then ': người hưởng mất tháng ' || {{ say_month('named.ends_no') }} || ', thôi hưởng từ tháng sau (NĐ 20/2021/NĐ-CP Đ8.2)'
        else ''
    end
    || '. Lập hồ sơ thu hồi ' || {{ say_vnd('named.overpaid_vnd') }} || ', không trừ vào kỳ sau.' as why_vi
from named
left join {{ source('ops', 'recovery_case') }} as cases
    on
        cases.case_id = 'C' || left(encode(sha256(convert_to(named.entitlement_id || '|' || {{ month_text('named.month_no') }}, 'UTF8')), 'hex'), 24)
        and cases.opened_period < '{{ var("period") }}'
