-- The communes of the province's code system as they stand in the payout month.
select distinct on (commune_code)
    commune_code::text as commune_code,
    code_system::text as code_system,
    name_vi::text as name_vi,
    name_key::text as name_key,
    type_vi::text as type_vi,
    province_code::text as province_code,
    province_vi::text as province_vi,
    district_vi::text as district_vi,
    valid_from::date as valid_from,
    valid_to::date as valid_to
from {{ ref('communes') }}
where
    code_system = '{{ var("code_system", "gso_2025") }}'
    and coalesce(valid_from, '-infinity'::date) <= to_date('{{ var("period") }}' || '-01', 'YYYY-MM-DD')
order by commune_code asc, valid_from desc nulls last
