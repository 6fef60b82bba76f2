{{ config(materialized='table', unlogged=true, post_hook="analyze {{ this }}") }}

-- Every spelling of a name that arrives, worked out once: a province of a million rows has a fifth as many spellings,
-- and next month nearly the same ones.
{%- set parts = {
    'name_exact': name_exact('full_name'), 'name_tones': name_tones('full_name'), 'name_key': name_key('full_name'),
    'surname': surname('name_key'), 'middle_name': middle_name('name_key'), 'given_name': given_name('name_key'),
    'name_words': name_words('name_key'),
} %}
{%- set words = worked_out_by(parts.values() | join(' ')) %}
{%- set published = kept_from_published() %}
with spellings as (
    select full_name from {{ source('raw', 'commune__readings') }} where period = '{{ var("period") }}' and full_name is not null
    union
    select ho_va_ten from {{ source('raw', 'national_id__records') }} where ho_va_ten is not null
),

{% if published %}
kept as (
    select published.*
    from {{ published }} as published
    inner join spellings on published.full_name = spellings.full_name
    where published.worked_out_by = {{ words }}
),
{% endif %}

-- worked out once: the parts below ask for the key several times
folded as materialized (
    select
        full_name,
        {{ parts['name_exact'] }} as name_exact,
        {{ parts['name_tones'] }} as name_tones,
        {{ parts['name_key'] }} as name_key
    from spellings
    {%- if published %}
    where not exists (select 1 from kept where kept.full_name = spellings.full_name)
    {%- endif %}
)

select
    full_name,
    name_exact,
    name_tones,
    name_key,
    {{ parts['surname'] }} as surname,
    {{ parts['middle_name'] }} as middle_name,
    {{ parts['given_name'] }} as given_name,
    {{ parts['name_words'] }} as name_words,
    {{ words }} as worked_out_by
from folded
{%- if published %}
union all
select full_name, name_exact, name_tones, name_key, surname, middle_name, given_name, name_words, worked_out_by from kept
{%- endif %}
