-- Which person an identity number of the opening history belongs to. A number nobody of this month or of an earlier
-- one bears still gets an id of its own, so that money paid after a death is found even when nobody is listed.
with numbers as (
    select distinct id_number from {{ source('ops', 'opening_history') }}
),

-- The two numbers of one registered person.
spellings as (
    select id_number, id_number as other_number, 0 as step from numbers

    union all

    select numbers.id_number, register.id_number, 1
    from numbers
    inner join {{ ref('stg_national_id__persons') }} as register on numbers.id_number = register.cmnd

    union all

    select numbers.id_number, register.cmnd, 1
    from numbers
    inner join {{ ref('stg_national_id__persons') }} as register on numbers.id_number = register.id_number
    where register.cmnd is not null
),

bearers as (
    select
        stg.id_number as number,
        xref.person_id,
        case when checks.identity_status in ('match', 'deceased') then 0 else 1 end as rank
    from {{ ref('stg_commune__beneficiary_rows') }} as stg
    inner join {{ ref('person_xref') }} as xref on stg.row_id = xref.row_id
    left join {{ ref('int_identity_checks') }} as checks on stg.row_id = checks.row_id
    where stg.id_number is not null

    union all

    select stg.old_cmnd, xref.person_id, 2
    from {{ ref('stg_commune__beneficiary_rows') }} as stg
    inner join {{ ref('person_xref') }} as xref on stg.row_id = xref.row_id
    where stg.old_cmnd is not null

    union all

    -- A row without a number of its own whom the register names.
    select checks.feed_id_number, xref.person_id, 3
    from {{ ref('int_identity_checks') }} as checks
    inner join {{ ref('person_xref') }} as xref on checks.row_id = xref.row_id
    where checks.feed_id_number is not null

    union all

    select coalesce(numbered.number, ''), successors.final_person_id, 4
    from {{ source('ops', 'person_record') }} as records
    inner join {{ ref('int_person_successors') }} as successors on records.person_id = successors.person_id
    cross join lateral (values (records.cccd), (records.cmnd)) as numbered (number)
    where numbered.number is not null
),

found as (
    select distinct on (spellings.id_number)
        spellings.id_number,
        bearers.person_id
    from spellings
    inner join bearers on spellings.other_number = bearers.number
    order by spellings.id_number, spellings.step, bearers.rank, bearers.person_id
),

canonical as (
    select distinct on (id_number)
        id_number,
        other_number
    from spellings
    order by id_number, length(other_number) desc, step, other_number
)

select
    canonical.id_number,
    canonical.other_number as register_number,
    found.person_id is not null as is_known,
    coalesce(found.person_id, 'H' || left(encode(sha256(convert_to('opening|' || canonical.other_number, 'UTF8')), 'hex'), 24)) as person_id
from canonical
left join found on canonical.id_number = found.id_number
