{{ config(indexes=[{'columns': ['row_id'], 'unique': true}], post_hook="analyze {{ this }}") }}

-- The register's verdict on each row: what it says about the number the row carries, else about the one person it could be.
-- Precedence: deceased > missing > duplicate_id > not_found > mismatch_birth > mismatch_sex > mismatch_name > match.
with numbered as (
    select
        rows_now.row_id,
        rows_now.id_number,
        rows_now.id_type,
        rows_now.birth_year,
        findings.found_id,
        findings.found_by
    from {{ ref('stg_commune__beneficiary_rows') }} as rows_now
    inner join {{ ref('int_register_findings') }} as findings on rows_now.row_id = findings.row_id
),

best_link as (
    select row_id, id_number as linked_id, probability
    from {{ ref('int_register_links') }}
    where rank = 1 and probability >= 0.98
),

found as (
    select
        numbered.*,
        best_link.linked_id,
        best_link.probability,
        -- somebody else of this month carries the same number
        coalesce(shared.people, 1) as number_people
    from numbered
    left join best_link on numbered.row_id = best_link.row_id
    left join {{ ref('int_shared_values') }} as shared
        on numbered.id_type = shared.kind and numbered.id_number = shared.value and shared.people > 1
),

-- worked out once: the levels are asked for several times below
compared as materialized (
    select
        found.*,
        {{ name_level('records', 'register') }} as name_level,
        {{ birth_level('records', 'register') }} as birth_level,
        {{ sex_level('records', 'register') }} as sex_level,
        register.life_status,
        -- the register contradicts its own number, and the row agrees with the number: not the person's fault
        coalesce(
            centuries.year_from + substr(register.id_number, 5, 2)::int <> register.birth_year
            and centuries.year_from + substr(register.id_number, 5, 2)::int = found.birth_year, false
        ) as register_contradicts_itself
    from found
    inner join {{ ref('int_person_records') }} as records on found.row_id = records.row_id
    left join {{ ref('int_register_persons') }} as register on found.found_id = register.id_number
    left join {{ ref('cccd_centuries') }} as centuries on substr(register.id_number, 4, 1) = centuries.digit
),

fitted as (
    select
        compared.*,
        name_level is not null and name_level not in ('exact', 'tones_differ') as name_differs,
        coalesce(birth_level not in ('day', 'month', 'year'), false) as birth_differs,
        coalesce(sex_level = 'different', false) as sex_differs,
        -- nothing of the row but its number is that person's: the number is another's
        coalesce(
            name_level in ('different', 'given_only', 'other_word', 'middle_differs')
            and coalesce(birth_level in ('different', 'year_off', 'year_but_other_day'), true), false
        ) as is_someone_else
    from compared
),

-- Same number, different people: the register says whose it is; where it does not know the number, nobody's word is
-- better, and a number typed for a crowd is nobody's.
unknown_shared as (
    select row_id, id_number, id_type from fitted
    where number_people between 2 and {{ var('id_people_compared', 20) }} and found_id is null
),

disputed as (
    select row_id from fitted where number_people > 1 and is_someone_else
    union
    select row_id from fitted where number_people > {{ var('id_people_compared', 20) }} and found_id is null
    union
    select one.row_id
    from unknown_shared as one
    inner join unknown_shared as other
        on one.id_number = other.id_number and one.id_type = other.id_type and one.row_id <> other.row_id
    inner join {{ ref('int_person_records') }} as l on one.row_id = l.row_id
    inner join {{ ref('int_person_records') }} as r on other.row_id = r.row_id
    where
        ({{ name_level('l', 'r') }}) in ('different', 'given_only', 'other_word', 'middle_differs')
        and coalesce(({{ birth_level('l', 'r') }}) in ('different', 'year_off', 'year_but_other_day'), true)
)

select
    fitted.row_id,
    case
        when fitted.life_status = 'deceased' then 'deceased'
        when fitted.life_status = 'missing' then 'missing'
        when disputed.row_id is not null then 'duplicate_id'
        when fitted.id_number is null and fitted.found_id is null then 'missing'
        when fitted.found_id is null then 'not_found'
        when fitted.birth_differs then 'mismatch_birth'
        when fitted.sex_differs then 'mismatch_sex'
        when fitted.name_differs then 'mismatch_name'
        else 'match'
    end as identity_status,
    fitted.found_by as feed_found_by,
    fitted.found_id as compared_id_number,
    person.id_number as feed_id_number,
    person.life_status as feed_life_status,
    person.died_on,
    person.bank_bin as feed_bin,
    person.account_number as feed_account,
    person.account_name as feed_name,
    person.verified_as_of,
    fitted.name_differs,
    fitted.birth_differs,
    fitted.sex_differs,
    fitted.register_contradicts_itself,
    fitted.linked_id as likely_id_number,
    fitted.probability as likely_probability
from fitted
left join disputed on fitted.row_id = disputed.row_id
left join {{ ref('stg_national_id__persons') }} as person
    on person.id_number = case when fitted.found_id is null or disputed.row_id is not null then fitted.linked_id else fitted.found_id end
