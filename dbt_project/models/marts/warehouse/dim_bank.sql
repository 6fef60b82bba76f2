select
    bin::text as bin,
    code::text as code,
    short_name::text as short_name,
    name_vi::text as name_vi,
    swift::text as swift
from {{ ref('banks') }}
