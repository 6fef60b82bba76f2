{{ config(indexes=[{'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- What the rules must know of each person, listed this month or only paid before: month of birth, month of death.
with listed as (
    select distinct on (person_id)
        person_id,
        full_name,
        birth_no,
        life_status,
        died_on,
        -- A death registered under a number whose name is another's stops this month's line, but asks nothing back.
        register_agrees
    from {{ ref('int_entitlement_rows') }}
    order by person_id, (life_status = 'deceased' and register_agrees) desc nulls last, (identity_status = 'match') desc nulls last, row_id
),

unlisted as (
    select person_id from {{ ref('int_payment_history') }}
    union
    select person_id from {{ ref('int_held_before') }}
    union
    select person_id from {{ ref('int_carried_lines') }}
),

numbers as (
    select
        successors.final_person_id as person_id,
        records.cccd as id_number,
        records.last_period
    from {{ source('ops', 'person_record') }} as records
    inner join {{ ref('int_person_successors') }} as successors on records.person_id = successors.person_id
    where records.cccd is not null

    union all

    select
        person_id,
        register_number,
        ''
    from {{ ref('int_history_persons') }}
),

registered as (
    select distinct on (unlisted.person_id)
        unlisted.person_id,
        register.full_name,
        case
            when register.birth_date is not null then {{ month_no_of('register.birth_date') }}
            else register.birth_year * 12 + {{ var('year_only_counts_from', '01-01')[:2] | int - 1 }}
        end as birth_no,
        register.life_status,
        register.died_on,
        true as register_agrees
    from unlisted
    inner join numbers on unlisted.person_id = numbers.person_id
    inner join {{ ref('stg_national_id__persons') }} as register on numbers.id_number = register.id_number
    where not exists (select 1 from listed where listed.person_id = unlisted.person_id)
    order by unlisted.person_id, numbers.last_period desc, register.id_number
),

together as (
    select * from listed
    union all
    select * from registered
)

select
    person_id,
    full_name,
    birth_no,
    coalesce(life_status = 'deceased', false) as is_dead,
    coalesce(life_status = 'missing', false) as is_missing,
    died_on,
    coalesce(register_agrees, false) as register_agrees,
    -- The last month due. A death without a date stops this list and asks nothing back.
    case when life_status = 'deceased' then coalesce({{ month_no_of('died_on') }}, {{ this_month() }} - 1) end as died_no
from together
