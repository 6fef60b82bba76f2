{{ config(indexes=[{'columns': ['key_id']}], post_hook="analyze {{ this }}") }}

-- Which months each entitlement is about, and what was paid for them.
--   a month with history is an entitled month, paid or not; a gap in it is not;
--   months from the start rule (decision, certificate, `Hưởng từ tháng`) until the first such month, when the decision is recent;
--   this month (and those paid with it) when the list claims it.
with keys as (
    select * from {{ ref('int_entitlement_keys') }}
),

paid as (
    select
        keys.key_id,
        history.month_no,
        sum(history.paid_vnd)::bigint as paid_vnd,
        (array_agg(history.entitlement_code order by history.list_no desc, history.entitlement_code))[1] as paid_code,
        bool_and(history.origin = 'opening') as is_opening
    from keys
    inner join {{ ref('int_payment_history') }} as history using (person_id, programme_code, family, subject_key, share_no)
    where history.month_no <= {{ last_month() }}
    group by keys.key_id, history.month_no
),

held as (
    select distinct
        keys.key_id,
        held.month_no
    from keys
    inner join {{ ref('int_held_before') }} as held using (person_id, programme_code, family, subject_key, share_no)
    where
        held.hold_code in ('missing_person', 'id_mismatch', 'no_channel', 'uncollected_3m', 'receiver_risk', 'late_commune', 'group_unsure')
),

known as (
    select key_id, month_no from paid
    union
    select key_id, month_no from held
),

coverage as (
    select min(month_no) as first_no from {{ ref('int_payment_history') }}
),

with_history as (
    select distinct person_id from {{ ref('int_payment_history') }}
),

-- From the first month with history on, only that history says which months were entitled ones.
first_known as (
    select
        keys.key_id,
        min(known.month_no) as month_no
    from keys
    inner join known on keys.key_id = known.key_id and known.month_no >= keys.start_no
    group by keys.key_id
),

starts as (
    select
        keys.key_id,
        greatest(
            keys.start_no,
            {{ month_no_of('codes.valid_from') }},
            case when with_history.person_id is not null then coverage.first_no end
        ) as from_no,
        least(coalesce(first_known.month_no, {{ this_month() }}), {{ this_month() }}) - 1 as until_no
    from keys
    cross join coverage
    left join {{ ref('entitlement_codes') }} as codes on keys.listed_code = codes.entitlement_code
    left join with_history on keys.person_id = with_history.person_id
    left join first_known on keys.key_id = first_known.key_id
    where
        keys.is_claimed
        and not keys.is_doubtful
        and not keys.one_off
        and keys.start_no < {{ this_month() }}
        and keys.decided_no between {{ this_month() }} - case
            when coverage.first_no is null then {{ limit_of('LOOK_BACK_FIRST') }} else {{ limit_of('LOOK_BACK') }}
        end and {{ this_month() }}
        and (not keys.has_moved or keys.start_is_written or keys.first_no is not null)
),

listed as (
    select key_id, month_no, 'history' as reason from known
    union all
    select starts.key_id, generate_series(starts.from_no, starts.until_no), 'start' from starts
    union all
    select keys.key_id, generate_series({{ this_month() }}, {{ last_month() }}), 'list' from keys where keys.is_claimed
)

select
    listed.key_id,
    listed.month_no,
    bool_or(listed.reason = 'history') as in_history,
    bool_or(listed.reason = 'start') as by_start_rule,
    bool_or(listed.reason = 'list') as is_listed,
    coalesce(max(paid.paid_vnd), 0) as paid_vnd,
    max(paid.paid_code) as paid_code,
    coalesce(bool_and(paid.is_opening), false) as is_opening
from listed
left join paid on listed.key_id = paid.key_id and listed.month_no = paid.month_no
group by listed.key_id, listed.month_no
