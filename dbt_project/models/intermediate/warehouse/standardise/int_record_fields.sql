{{ config(post_hook="analyze {{ this }}") }}

-- Every record linkage looks at, in one shape: the rows of this month, and persons known from earlier months
-- whose record does not come back unchanged (so that a corrected name or number still finds its person).
with places as (
    select place, nullif({{ fold('place') }}, '') as place_key
    from (
        select hamlet as place from {{ ref('stg_commune__beneficiary_rows') }}
        union
        select moved_from from {{ ref('stg_commune__beneficiary_rows') }}
    ) as spelled
    where place is not null
),

listed as (
    select
        row_id,
        'list' as origin,
        null::text as known_person_id,
        record_key,
        name_tones as name_exact,
        name_key,
        surname,
        middle_name,
        given_name,
        name_words,
        birth_date,
        birth_year,
        birth_month,
        sex,
        case when id_type = 'cccd' then id_number end as cccd,
        coalesce(case when id_type = 'cmnd' then id_number end, old_cmnd) as cmnd,
        commune_code,
        hamlets.place_key as hamlet_key,
        {{ digits('phone') }} as phone,
        case when account_number is not null then concat_ws(':', coalesce(bank_bin, ''), account_number) end as account_key,
        former.place_key as moved_from_key
    from {{ ref('stg_commune__beneficiary_rows') }} as rows_now
    left join places as hamlets on rows_now.hamlet = hamlets.place
    left join places as former on rows_now.moved_from = former.place
),

known_records as (
    select
        'K' || records.record_key as row_id,
        'known' as origin,
        records.person_id as known_person_id,
        records.record_key,
        records.name_exact,
        {{ name_key('records.name_exact') }} as name_key,
        records.birth_date,
        records.birth_year,
        records.birth_month,
        records.sex,
        records.cccd,
        records.cmnd,
        records.commune_code,
        records.hamlet_key,
        records.phone,
        records.account_key,
        null::text as moved_from_key
    from {{ source('ops', 'person_record') }} as records
    where
        records.first_period <= '{{ var("period") }}'
        and not exists (
            select 1 from {{ ref('stg_commune__beneficiary_rows') }} as listed where listed.record_key = records.record_key
        )
        -- the newest record of a person is enough, but one an officer decided about always comes along
        and (
            not exists (
                select 1 from {{ source('ops', 'person_record') }} as newer
                where
                    newer.person_id = records.person_id
                    and newer.first_period <= '{{ var("period") }}'
                    and (newer.last_period, newer.record_key) > (records.last_period, records.record_key)
            )
            or exists (
                select 1 from {{ source('ops', 'identity_decision') }} as decided
                where records.record_key in (decided.record_key_l, decided.record_key_r)
            )
        )
),

known as (
    select
        row_id,
        origin,
        known_person_id,
        record_key,
        name_exact,
        name_key,
        {{ surname('name_key') }} as surname,
        {{ middle_name('name_key') }} as middle_name,
        {{ given_name('name_key') }} as given_name,
        {{ name_words('name_key') }} as name_words,
        birth_date,
        birth_year,
        birth_month,
        sex,
        cccd,
        cmnd,
        commune_code,
        hamlet_key,
        phone,
        account_key,
        moved_from_key
    from known_records
),

everyone as (
    select * from listed
    union all
    select * from known
),

-- A birth on 01/01 may be a year somebody's form turned into a date: as evidence it is only a year.
dated as (
    select
        everyone.*,
        case when not (extract(month from birth_date) = 1 and extract(day from birth_date) = 1) then birth_date end as day_born
    from everyone
)

select
    row_id,
    origin,
    known_person_id,
    record_key,
    name_exact,
    name_key,
    name_exact = name_key as is_toneless,
    surname,
    middle_name,
    given_name,
    name_words,
    day_born,
    birth_year,
    coalesce(extract(month from day_born)::smallint, case when birth_date is null then birth_month end) as birth_month,
    extract(day from day_born)::smallint as birth_day,
    -- the same for 03/11 and 11/03: a swapped day and month still meet in one block
    case when day_born is not null then concat_ws(
        '/', extract(year from day_born),
        least(extract(month from day_born), extract(day from day_born)),
        greatest(extract(month from day_born), extract(day from day_born))
    ) end as day_key,
    sex,
    cccd,
    cmnd,
    commune_code,
    hamlet_key,
    phone,
    account_key,
    moved_from_key
from dated
