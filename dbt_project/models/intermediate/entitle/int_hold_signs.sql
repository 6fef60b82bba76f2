{{ config(indexes=[{'columns': ['row_id']}], post_hook="analyze {{ this }}") }}

-- Signs on single rows that stop a line: another's number, three months not collected.
with rows as (
    select * from {{ ref('int_entitlement_rows') }}
),

-- Three lists in a row whose money was not taken. A new decision since then lifts the hold.
offers as (
    select
        person_id,
        programme_code,
        family,
        subject_key,
        share_no,
        list_no,
        bool_or(is_uncollected) and sum(paid_vnd) = 0 as was_left
    from {{ ref('int_payment_history') }}
    where list_no < {{ this_month() }}
    group by person_id, programme_code, family, subject_key, share_no, list_no
),

newest as (
    select
        offers.*,
        row_number() over (partition by person_id, programme_code, family, subject_key, share_no order by list_no desc) as place
    from offers
),

left_three as (
    select
        person_id,
        programme_code,
        family,
        subject_key,
        share_no,
        min(list_no) as first_left_no,
        max(list_no) as last_left_no
    from newest
    where place <= {{ limit_of('UNCOLLECTED') }}
    group by person_id, programme_code, family, subject_key, share_no
    having
        bool_and(was_left)
        and count(*) = {{ limit_of('UNCOLLECTED') }}
        and max(list_no) - min(list_no) = {{ limit_of('UNCOLLECTED') }} - 1
)

select
    rows.row_id,
    borrowed.row_id is not null as is_not_their_number,
    left_three.last_left_no is not null and (rows.decided_no is null or rows.decided_no < left_three.last_left_no) as is_left_three,
    left_three.first_left_no,
    left_three.last_left_no
from rows
left join {{ ref('int_borrowed_numbers') }} as borrowed on rows.row_id = borrowed.row_id
left join left_three using (person_id, programme_code, family, subject_key, share_no)
where borrowed.row_id is not null or left_three.last_left_no is not null
