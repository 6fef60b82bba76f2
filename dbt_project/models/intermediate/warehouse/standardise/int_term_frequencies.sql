{{ config(indexes=[{'columns': ['kind', 'term']}], post_hook="analyze {{ this }}") }}

-- How common each name, part of a name and commune is. Counted once for a version of the weights (from the first
-- month's lists and the register) and kept in ops.term_frequency from then on: next month's score of the same two
-- records is the same number.
{%- set version %}(select max(model_version) from {{ ref('mu_weights') }}){% endset %}
with kept as (
    select kind, term, frequency
    from {{ source('ops', 'term_frequency') }}
    where model_version = {{ version }}
),

names as (
    select name_key, surname, middle_name, given_name, commune_code from {{ ref('int_record_fields') }} where origin = 'list'
    union all
    select name_key, surname, middle_name, given_name, null as commune_code
    from {{ ref('stg_national_id__persons') }}
    where name_key <> ''
),

sizes as (
    select greatest(count(*), 1)::numeric as people, greatest(count(commune_code), 1)::numeric as listed
    from names
),

counted as (
    select 'name' as kind, name_key as term, count(*)::numeric / max(sizes.people) as frequency
    from names cross join sizes group by name_key
    union all
    select 'surname', surname, count(*)::numeric / max(sizes.people) from names cross join sizes group by surname
    union all
    select 'middle', middle_name, count(*)::numeric / max(sizes.people) from names cross join sizes group by middle_name
    union all
    select 'given', given_name, count(*)::numeric / max(sizes.people) from names cross join sizes group by given_name
    union all
    select 'commune', commune_code, count(*)::numeric / max(sizes.listed)
    from names cross join sizes where commune_code is not null group by commune_code
    union all
    select 'people', '', people from sizes
    union all
    select 'listed', '', listed from sizes
)

select kind, term, frequency::double precision as frequency from kept
union all
select kind, term, frequency::double precision from counted where not exists (select 1 from kept)
