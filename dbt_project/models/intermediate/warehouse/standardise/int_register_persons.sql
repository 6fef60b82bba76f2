{{ config(indexes=[{'columns': ['id_number']}], post_hook="analyze {{ this }}") }}

-- Registered persons in the shape of int_person_records, so that the same comparisons apply.
with parts as (
    select
        persons.*,
        case
            when not (extract(month from persons.birth_date) = 1 and extract(day from persons.birth_date) = 1) then persons.birth_date
        end as day_born
    from {{ ref('stg_national_id__persons') }} as persons
),

-- The register may still hold the commune's code of before 1/7/2025.
renamed as (
    select old_commune_code, min(new_commune_code) as new_commune_code
    from {{ ref('commune_crosswalk_2025') }}
    group by old_commune_code
    having count(distinct new_commune_code) = 1
),

register as (
    select
        parts.id_number,
        parts.cmnd,
        parts.name_exact,
        parts.name_key,
        parts.name_exact = parts.name_key as is_toneless,
        parts.surname,
        parts.middle_name,
        parts.given_name,
        parts.name_words,
        coalesce(surnames.frequency, 0) as surname_frequency,
        coalesce(middles.frequency, 0) as middle_frequency,
        coalesce(givens.frequency, 0) as given_frequency,
        parts.day_born,
        parts.birth_date,
        parts.birth_year,
        extract(month from parts.day_born)::smallint as birth_month,
        extract(day from parts.day_born)::smallint as birth_day,
        case when parts.day_born is not null then concat_ws(
            '/', extract(year from parts.day_born),
            least(extract(month from parts.day_born), extract(day from parts.day_born)),
            greatest(extract(month from parts.day_born), extract(day from parts.day_born))
        ) end as day_key,
        parts.sex,
        parts.id_number as cccd,
        right(parts.id_number, 6) as number_tail,
        true as cccd_is_valid,
        parts.commune_code,
        coalesce(renamed.new_commune_code, parts.commune_code) as commune_now,
        case when parts.account_number is not null then concat_ws(':', coalesce(parts.bank_bin, ''), parts.account_number) end as account_key,
        parts.life_status,
        parts.died_on
    from parts
    left join renamed on parts.commune_code = renamed.old_commune_code
    left join {{ ref('int_term_frequencies') }} as surnames on surnames.kind = 'surname' and parts.surname = surnames.term
    left join {{ ref('int_term_frequencies') }} as middles on middles.kind = 'middle' and parts.middle_name = middles.term
    left join {{ ref('int_term_frequencies') }} as givens on givens.kind = 'given' and parts.given_name = givens.term
)

select
    register.*,
    {{ fingerprint(register_comparisons('other', 'register').values() | join(' '), 'register') }} as fingerprint
from register
