{{ config(alias='fct_identity_check') }}

-- The register's verdicts without names and numbers: which fields differ, never how.
select
    period,
    row_id,
    person_id,
    commune_code,
    identity_status,
    found_by,
    verified_as_of,
    differs,
    listed_birth_year,
    register_birth_year,
    listed_sex,
    register_sex,
    is_registers_mistake
from {{ ref('fct_identity_check') }}
