{{ config(alias='dim_person') }}

-- Persons without names and numbers: the id joins every other table of this schema.
select
    person_id,
    {{ mask_name('full_name') }} as full_name,
    {{ mask_number('id_number') }} as id_number,
    birth_year,
    sex,
    commune_code,
    life_status,
    identity_status,
    valid_from,
    valid_to,
    is_current
from {{ ref('dim_person') }}
