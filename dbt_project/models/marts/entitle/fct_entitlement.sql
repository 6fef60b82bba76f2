-- The pay list before money moves: every claim of the month is a line; what is not paid now says why.
with lines as (
    select
        lines.*,
        sentences.why_vi
    from {{ ref('int_entitlement_lines') }} as lines
    inner join {{ ref('int_line_sentences') }} as sentences on lines.line_id = sentences.line_id
),

-- Money to ask back from somebody who is on no list this month.
unlisted as (
    select
        recovery.line_key_id as key_id,
        keys.person_id,
        keys.programme_code,
        keys.listed_code,
        keys.family,
        keys.subject_key,
        keys.subject_person_id,
        keys.share_no,
        keys.commune_code,
        keys.is_dead,
        people.full_name,
        sum(recovery.overpaid_vnd)::bigint as recovery_vnd,
        string_agg(recovery.why_vi, ' ' order by recovery.month_no) as why_vi
    from {{ ref('int_recovery') }} as recovery
    inner join {{ ref('int_entitlement_keys') }} as keys on recovery.line_key_id = keys.key_id
    left join {{ ref('int_entitlement_people') }} as people on keys.person_id = people.person_id
    where not recovery.is_known and not exists (select 1 from lines where lines.key_id = recovery.line_key_id)
    group by
        recovery.line_key_id, keys.person_id, keys.programme_code, keys.listed_code, keys.family, keys.subject_key,
        keys.subject_person_id, keys.share_no, keys.commune_code, keys.is_dead, people.full_name
),

together as (
    select
        line_id,
        entitlement_id,
        person_id,
        full_name,
        programme_code,
        entitlement_code,
        family,
        subject_person_id,
        share_no,
        coalesce(case when programme_code = 'NCC' then declared_vnd else rate_vnd end, 0) as rate_vnd,
        coalesce(coefficient, 0) as coefficient,
        coalesce(amount_vnd, 0) as amount_vnd,
        coalesce(arrears_vnd, 0) as arrears_vnd,
        recovery_vnd,
        case when hold_code is null then coalesce(amount_vnd, 0) + coalesce(arrears_vnd, 0) else 0 end as payable_vnd,
        declared_vnd,
        why_vi,
        payee_id,
        coalesce(payee_name, full_name) as payee_name,
        payee_role,
        channel,
        bin,
        account_number,
        account_name,
        hold_code,
        guard_key,
        commune_code,
        hamlet,
        row_id,
        is_main and extra_reason is null as is_main_line
    from lines

    union all

    select
        'L' || left(encode(sha256(convert_to(key_id || '|recovery', 'UTF8')), 'hex'), 24),
        'E' || left(encode(sha256(convert_to(concat_ws('|', person_id, programme_code, listed_code, subject_key, share_no), 'UTF8')), 'hex'), 24),
        person_id,
        full_name,
        programme_code,
        listed_code,
        family,
        subject_person_id,
        share_no,
        0,
        0,
        0,
        0,
        recovery_vnd,
        0,
        null,
        normalize('Không có trong danh sách kỳ này. ' || why_vi, NFC),
        person_id,
        full_name,
        'self',
        null,
        null,
        null,
        null,
        case when is_dead then 'deceased' end,
        concat_ws('|', person_id, programme_code, family, subject_key, share_no),
        commune_code,
        null,
        null,
        false
    from unlisted
)

select
    '{{ var("period") }}'::text as period,
    line_id,
    entitlement_id,
    person_id,
    full_name,
    programme_code,
    coalesce(entitlement_code, '')::text as entitlement_code,
    family,
    subject_person_id,
    share_no::smallint as share_no,
    {{ var('months_together', 1) }}::smallint as months,
    rate_vnd::bigint as rate_vnd,
    coefficient::numeric(8, 2) as coefficient,
    amount_vnd::bigint as amount_vnd,
    arrears_vnd::bigint as arrears_vnd,
    recovery_vnd::bigint as recovery_vnd,
    payable_vnd::bigint as payable_vnd,
    declared_vnd::bigint as declared_vnd,
    why_vi::text as why_vi,
    payee_id,
    payee_name,
    payee_role,
    channel,
    bin,
    account_number,
    account_name,
    hold_code::text as hold_code,
    guard_key,
    commune_code,
    hamlet,
    row_id,
    is_main_line
from together
