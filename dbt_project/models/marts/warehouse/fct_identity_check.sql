{{ config(indexes=[{'columns': ['row_id'], 'unique': true}, {'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- The register's verdict on each row beside what was compared: what the list says, what the register says, which fields
-- differ, and of when the register's word is. A field is listed only where both sides say something.
select
    '{{ var("period") }}'::text as period,
    checks.row_id::text as row_id,
    xref.person_id::text as person_id,
    rows_now.commune_code::text as commune_code,
    checks.identity_status::text as identity_status,
    checks.feed_found_by::text as found_by,
    register.verified_as_of::timestamptz as verified_as_of,
    array_remove(
        array[
            case when checks.name_differs and register.id_number is not null then 'full_name' end,
            case when checks.birth_differs then 'birth' end,
            case when checks.sex_differs then 'sex' end,
            case when rows_now.id_number <> register.id_number and checks.feed_found_by <> 'cmnd' then 'id_number' end
        ], null
    )::text [] as differs,
    rows_now.full_name::text as listed_name,
    register.full_name::text as register_name,
    coalesce(to_char(rows_now.birth_date, 'DD/MM/YYYY'), rows_now.birth_year::text) as listed_birth,
    coalesce(to_char(register.birth_date, 'DD/MM/YYYY'), register.birth_year::text) as register_birth,
    rows_now.birth_year::integer as listed_birth_year,
    register.birth_year::integer as register_birth_year,
    rows_now.sex::text as listed_sex,
    register.sex::text as register_sex,
    rows_now.id_number::text as listed_id_number,
    register.id_number::text as register_id_number,
    checks.likely_id_number::text as likely_id_number,
    register.died_on::date as died_on,
    coalesce(checks.register_contradicts_itself, false)::boolean as is_registers_mistake
from {{ ref('int_identity_checks') }} as checks
inner join {{ ref('stg_commune__beneficiary_rows') }} as rows_now on checks.row_id = rows_now.row_id
inner join {{ ref('person_xref') }} as xref on checks.row_id = xref.row_id
left join {{ ref('stg_national_id__persons') }} as register on checks.compared_id_number = register.id_number
