select
    programme_code::text as programme_code,
    name_vi::text as name_vi,
    name_en::text as name_en,
    programme_group::text as programme_group,
    standard_scheme::text as standard_scheme,
    owner_vi::text as owner_vi
from {{ ref('programmes') }}
