{{ config(alias='person_xref') }}

select
    row_id,
    person_id,
    method,
    match_probability
from {{ ref('person_xref') }}
