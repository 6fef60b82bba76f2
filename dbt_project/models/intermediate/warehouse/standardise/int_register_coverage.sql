-- How much of the lists the register holds, from the numbers the lists carry: the rarer an unregistered person is, the
-- more it says that a record fits exactly one registered person. A number one digit away from a likely person's is a
-- slip of the hand, not somebody unregistered. Also how many rows are still open for a registered person nobody claims.
with numbered as (
    select
        records.row_id,
        records.cccd,
        register.id_number is not null as is_known
    from {{ ref('int_person_records') }} as records
    left join {{ ref('int_register_persons') }} as register on records.cccd = register.id_number
    where records.origin = 'list' and records.cccd_is_valid
),

slips as (
    select distinct numbered.row_id
    from numbered
    inner join {{ ref('int_register_candidates') }} as candidates on numbered.row_id = candidates.row_id
    where not numbered.is_known and {{ _number_off('numbered.cccd', 'candidates.id_number') }} = 1
),

counted as (
    select
        count(*) filter (where numbered.is_known) as known,
        count(*) filter (where not numbered.is_known and slips.row_id is null) as unknown
    from numbered
    left join slips on numbered.row_id = slips.row_id
),

sizes as (
    select
        (select count(*) from {{ ref('int_register_persons') }}) as people,
        (select count(*) from {{ ref('int_person_records') }} where origin = 'list') as listed,
        (select count(distinct row_id) from {{ ref('int_register_claims') }}) as claiming,
        (select count(distinct id_number) from {{ ref('int_register_claims') }}) as claimed
),

-- a small list borrows twenty rows from experience; an absent register covers nobody
covered as (
    select
        sizes.*,
        case when sizes.people = 0 then 0 else least(0.995, (counted.known + 19) / (counted.known + counted.unknown + 20)::double precision) end
            as coverage
    from sizes cross join counted
),

opened as (
    select
        covered.*,
        -- rows without a number of their own, for each registered person whose number nobody wrote
        greatest(0.02, least(1, (listed - claiming) * coverage / greatest(people - claimed, 1))) as open_share
    from covered
)

select
    people,
    coverage,
    open_share,
    {{ var('register_again', 0.05) }}::double precision as again_share,
    greatest((people - claimed) * open_share + claimed * {{ var('register_again', 0.05) }}, 1) as shares,
    1 - coverage as unregistered,
    -- in the register but not found by what the row says: mostly a name nobody has, or a wrong year without a day
    case when people = 0 then 0 else {{ var('register_missed', 0.03) }} end::double precision as missed,
    case when people = 0 then 0 else {{ var('register_missed_slip', 0.3) }} end::double precision as missed_slip
from opened
