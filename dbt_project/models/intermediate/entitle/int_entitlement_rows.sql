{{ config(indexes=[{'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- Each live row of the month as a claim: whose, to what, since when, and what the register says of that person.
with rows as (
    select
        stg.*,
        xref.person_id,
        checks.identity_status,
        checks.feed_id_number,
        workbooks.received_at
    from {{ ref('stg_commune__beneficiary_rows') }} as stg
    inner join {{ ref('person_xref') }} as xref on stg.row_id = xref.row_id
    inner join {{ ref('stg_commune__workbooks') }} as workbooks on stg.workbook_id = workbooks.workbook_id
    left join {{ ref('int_identity_checks') }} as checks on stg.row_id = checks.row_id
),

old_numbers as (
    select
        cmnd,
        min(id_number) as id_number
    from {{ ref('stg_national_id__persons') }}
    where cmnd is not null
    group by cmnd
),

-- An old nine-digit number of the person cared for becomes the number the register knows.
subjects as (
    select
        rows.row_id,
        coalesce(registered.id_number, rows.subject_id_number) as subject_id_number
    from rows
    left join old_numbers as registered on length(rows.subject_id_number) = 9 and rows.subject_id_number = registered.cmnd
    where nullif(rows.subject_id_number, '') is not null
),

listed_subjects as (
    select distinct on (id_number)
        id_number,
        person_id,
        birth_year,
        coalesce(extract(month from birth_date)::int, birth_month, {{ var('year_only_counts_from', '01-01')[:2] | int }}) as birth_month
    from rows
    where id_number is not null
    order by id_number, (identity_status = 'match') desc nulls last, row_id
),

joined as (
    select
        rows.*,
        coalesce(codes.programme_code, rows.programme_code) as own_programme_code,
        coalesce(codes.family, 'unsure') as family,
        codes.start_rule,
        codes.per_child,
        codes.age_of,
        codes.age_from_months,
        coalesce(codes.one_off, false) as one_off,
        subjects.subject_id_number as known_subject_id,
        listed_subjects.person_id as subject_person_id,
        case
            when subject_register.birth_date is not null then {{ month_no_of('subject_register.birth_date') }}
            when listed_subjects.birth_year is not null then listed_subjects.birth_year * 12 + listed_subjects.birth_month - 1
            when subject_register.birth_year is not null
                then subject_register.birth_year * 12 + {{ var('year_only_counts_from', '01-01')[:2] | int - 1 }}
        end as subject_birth_no,
        case
            when subject_register.life_status = 'deceased' then coalesce({{ month_no_of('subject_register.died_on') }}, {{ this_month() }} - 1)
        end as subject_died_no,
        -- The register's full date counts only where it is about this person and does not contradict the list.
        case
            when rows.birth_date is not null then {{ month_no_of('rows.birth_date') }}
            when rows.identity_status in ('match', 'deceased') and register.birth_date is not null
                and extract(year from register.birth_date) = rows.birth_year
                and (rows.birth_month is null or rows.birth_month = extract(month from register.birth_date))
                then {{ month_no_of('register.birth_date') }}
            when rows.birth_year is not null
                then rows.birth_year * 12 + coalesce(rows.birth_month, {{ var('year_only_counts_from', '01-01')[:2] | int }}) - 1
        end as birth_no,
        register.life_status,
        register.died_on,
        register.name_key is not distinct from rows.name_key as register_agrees,
        register.bank_bin as register_bin,
        register.account_number as register_account,
        register.account_name as register_account_name
    from rows
    left join {{ ref('entitlement_codes') }} as codes on rows.entitlement_code = codes.entitlement_code
    left join subjects on rows.row_id = subjects.row_id
    left join listed_subjects on subjects.subject_id_number = listed_subjects.id_number
    left join {{ ref('stg_national_id__persons') }} as subject_register on subjects.subject_id_number = subject_register.id_number
    left join {{ ref('stg_national_id__persons') }} as register on rows.feed_id_number = register.id_number
),

started as (
    select
        joined.*,
        coalesce(
            case when entitled_from ~ '^\d{4}-\d{2}$' then {{ month_no('entitled_from') }} end,
            case start_rule
                when 'certificate' then {{ month_no_of('coalesce(certified_on, decided_on)') }}
                when 'age' then birth_no + age_from_months
                else {{ month_no_of('decided_on') }}
            end
        ) as start_no,
        coalesce(
            {{ month_no_of('decided_on') }},
            case when entitled_from ~ '^\d{4}-\d{2}$' then {{ month_no('entitled_from') }} end,
            {{ month_no_of('certified_on') }}
        ) as decided_no
    from joined
),

-- Two tuất shares are lawful money twice: a share is told apart by what the list writes or by its own decision.
shared as (
    select
        started.*,
        coalesce('S' || left(encode(sha256(convert_to(known_subject_id, 'UTF8')), 'hex'), 16), '') as subject_key,
        case
            when own_programme_code <> 'NCC' then 1
            when normalize(note, NFC) ~* 'suất\s*(thứ|số)?\s*[2-9]'
                then substring(normalize(note, NFC) from '(?i)suất\s*(?:thứ|số)?\s*([2-9])')::int
            when decided_on is null then 1
            else dense_rank() over (
                partition by person_id, entitlement_code, known_subject_id, decided_on is null
                order by decided_on
            )
        end::smallint as share_no
    from started
)

select
    row_id,
    workbook_id,
    sheet,
    row_number,
    received_at,
    commune_code,
    hamlet,
    person_id,
    full_name,
    name_key,
    id_number,
    own_programme_code as programme_code,
    entitlement_code as listed_code,
    family,
    subject_key,
    case when known_subject_id is not null then coalesce(subject_person_id, subject_key) end as subject_person_id,
    share_no,
    group_is_unsure or entitlement_code is null as group_is_unsure,
    per_child,
    age_of,
    one_off,
    coefficient as listed_coefficient,
    children_count,
    amount_vnd as declared_vnd,
    declared_arrears_vnd,
    decided_on,
    start_no,
    decided_no,
    entitled_from is not null as start_is_written,
    nullif(btrim(moved_from), '') is not null as has_moved,
    birth_no,
    subject_birth_no,
    subject_died_no,
    identity_status,
    feed_id_number,
    life_status,
    died_on,
    register_agrees,
    bank_bin,
    account_number,
    account_name,
    payment_channel,
    channel_is_inferred,
    payee_name,
    payee_id_number,
    payee_relation,
    mandate_until,
    phone,
    register_bin,
    register_account,
    register_account_name
from shared
