{{ config(materialized='table', unlogged=true, post_hook="analyze {{ this }}") }}

-- Every spelling of a name that arrives, worked out once: a province of a million rows has a fifth as many spellings.
with spellings as (
    select full_name from {{ source('raw', 'commune__readings') }} where period = '{{ var("period") }}'
    union
    select ho_va_ten from {{ source('raw', 'national_id__records') }}
),

folded as (
    select
        full_name,
        {{ name_exact('full_name') }} as name_exact,
        {{ name_tones('full_name') }} as name_tones,
        {{ name_key('full_name') }} as name_key
    from spellings
    where full_name is not null
)

select
    full_name,
    name_exact,
    name_tones,
    name_key,
    {{ surname('name_key') }} as surname,
    {{ middle_name('name_key') }} as middle_name,
    {{ given_name('name_key') }} as given_name
from folded
