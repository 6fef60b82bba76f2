{{ config(indexes=[{'columns': ['person_id', 'month_no']}], post_hook="analyze {{ this }}") }}

-- What may be paid together: within BTXH and HTXH one person gets the highest only, but a poor single parent (5.4) who is
-- also 5.5, 5.6 or 5.8 gets both; everything else adds up. One slot is one thing paid a month, its place 1 wins.
with due as (
    select * from {{ ref('int_entitlement_due') }}
),

together as (
    select distinct
        lefts.person_id,
        lefts.month_no,
        lefts.family
    from due as lefts
    inner join {{ ref('benefit_rules') }} as rules on rules.rule_kind = 'paid_together' and lefts.family = rules.left_key
    inner join due as rights
        on lefts.person_id = rights.person_id and lefts.month_no = rights.month_no and rules.right_key = rights.family
    where
        lefts.is_highest_only
        and rights.is_highest_only
        and (lefts.due_vnd > 0 or lefts.paid_vnd > 0)
        and (rights.due_vnd > 0 or rights.paid_vnd > 0)
        and (lefts.month_no < {{ this_month() }} or (lefts.is_listed and rights.is_listed))
),

slotted as (
    select
        due.*,
        together.family is not null as is_paid_together,
        case
            when not due.is_highest_only then due.key_id
            when together.family is not null then 'together|' || due.family
            else 'highest_only'
        end as slot_key
    from due
    left join together on due.person_id = together.person_id and due.month_no = together.month_no and due.family = together.family
),

placed as (
    select
        slotted.*,
        -- The highest wins; on a tie the older decision stays.
        row_number() over per_slot as place,
        first_value(key_id) over per_slot as winner_key_id,
        first_value(due_vnd) over per_slot as winner_due_vnd
    from slotted
    window per_slot as (
        partition by person_id, slot_key, month_no
        order by
            (month_no < {{ this_month() }} or is_listed) desc,
            (month_no >= {{ this_month() }} and is_doubtful),
            due_vnd desc,
            decided_on asc nulls last,
            in_history desc,
            entitlement_code,
            key_id
    )
)

select * from placed
