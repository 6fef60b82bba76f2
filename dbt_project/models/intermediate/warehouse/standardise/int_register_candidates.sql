{{ config(post_hook="analyze {{ this }}") }}

-- Which registered persons a record could be. A record whose own number leads to a person of the same name and
-- year needs no search; the others meet the register by number, by name and date, or by name and year.
{%- set most = var('register_block_most', 40) %}
{%- set meetings = [
    'searches.name_words = register.name_words and searches.day_key = register.day_key',
    'searches.day_key = register.day_key and searches.given_name = register.given_name',
    'searches.day_key = register.day_key and searches.surname = register.surname and searches.middle_name = register.middle_name',
    'searches.commune_code = register.commune_now and searches.birth_year = register.birth_year and searches.given_name = register.given_name',
    'searches.number_tail = register.number_tail and searches.given_name = register.given_name',
] %}
-- name and year alone grow with the square of the province: such a group is only used while it is small
with namesakes as (
    select name_key, birth_year
    from {{ ref('int_register_persons') }}
    group by name_key, birth_year
    having count(*) <= {{ most }}
),

found as (
    {%- for meeting in meetings %}
    select searches.row_id, register.id_number
    from {{ ref('int_register_searches') }} as searches
    inner join {{ ref('int_register_persons') }} as register on {{ meeting }}
    union all
    {%- endfor %}
    select searches.row_id, register.id_number
    from {{ ref('int_register_searches') }} as searches
    inner join namesakes on searches.name_key = namesakes.name_key and searches.birth_year = namesakes.birth_year
    inner join {{ ref('int_register_persons') }} as register on searches.name_key = register.name_key and searches.birth_year = register.birth_year
    union all
    select matches.row_id, matches.id_number
    from {{ ref('int_register_matches') }} as matches
    inner join {{ ref('int_register_searches') }} as searches on matches.row_id = searches.row_id
)

select distinct row_id, id_number from found
union all
-- a settled record meets only whom its numbers lead to
select distinct matches.row_id, matches.id_number
from {{ ref('int_register_matches') }} as matches
where not exists (select 1 from {{ ref('int_register_searches') }} as searches where searches.row_id = matches.row_id)
