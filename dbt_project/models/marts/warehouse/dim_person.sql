{{ config(indexes=[{'columns': ['person_id']}, {'columns': ['id_number']}, {'columns': ['name_key']}], post_hook="analyze {{ this }}") }}

-- Who each person is, and who he was: one row a version. Earlier versions come from ops.person_version (written when a
-- month is published); this month's list decides which of them still hold.
{%- set attributes = ['full_name', 'name_key', 'id_number', 'birth_date', 'birth_year', 'sex', 'commune_code', 'life_status', 'identity_status'] %}
with placed as (
    select
        xref.person_id,
        rows_now.row_id,
        -- where the register confirms the person, its spelling has the tones a hurried list drops
        case when checks.identity_status = 'match' then coalesce(register.full_name, rows_now.full_name) else rows_now.full_name end as full_name,
        rows_now.name_key,
        coalesce(checks.feed_id_number, case when records.cccd_is_valid then records.cccd end, rows_now.id_number) as id_number,
        rows_now.birth_date,
        rows_now.birth_year,
        rows_now.sex,
        rows_now.commune_code,
        checks.feed_life_status,
        checks.identity_status,
        checks.identity_status = 'match' as is_verified,
        records.cccd_is_valid,
        records.is_toneless
    from {{ ref('person_xref') }} as xref
    inner join {{ ref('stg_commune__beneficiary_rows') }} as rows_now on xref.row_id = rows_now.row_id
    inner join {{ ref('int_person_records') }} as records on rows_now.row_id = records.row_id
    inner join {{ ref('int_identity_checks') }} as checks on rows_now.row_id = checks.row_id
    left join {{ ref('stg_national_id__persons') }} as register on checks.feed_id_number = register.id_number
),

-- the row that says most: verified, with its own valid number, a full date, tones
present as (
    select distinct on (person_id)
        person_id,
        normalize(full_name, NFC) as full_name,
        name_key,
        id_number,
        birth_date,
        birth_year::integer as birth_year,
        sex,
        commune_code,
        coalesce(feed_life_status, 'unknown') as life_status,
        identity_status
    from placed
    order by
        person_id asc, is_verified desc, cccd_is_valid desc, birth_date is null asc, is_toneless asc, (id_number is null) asc, row_id asc
),

month as (
    select to_date('{{ var("period") }}' || '-01', 'YYYY-MM-DD') as first_day
),

earlier as (
    select
        versions.*,
        versions.valid_to is null or versions.valid_to >= month.first_day as was_open
    from {{ source('ops', 'person_version') }} as versions
    cross join month
    where versions.valid_from < month.first_day
),

kept as (
    select
        earlier.person_id,
        {% for name in attributes %}earlier.{{ name }}, {% endfor %}
        earlier.valid_from,
        case when not earlier.was_open then earlier.valid_to when still.person_id is null then month.first_day end as valid_to
    from earlier
    cross join month
    left join present as still
        on earlier.was_open and earlier.person_id = still.person_id
        {%- for name in attributes %}
            and earlier.{{ name }} is not distinct from still.{{ name }}
        {%- endfor %}
),

fresh as (
    select
        present.person_id,
        {% for name in attributes %}present.{{ name }}, {% endfor %}
        month.first_day as valid_from,
        null::date as valid_to
    from present
    cross join month
    where not exists (select 1 from kept where kept.person_id = present.person_id and kept.valid_to is null)
)

select
    person_id::text as person_id,
    full_name::text as full_name,
    name_key::text as name_key,
    id_number::text as id_number,
    birth_date::date as birth_date,
    birth_year::integer as birth_year,
    sex::text as sex,
    commune_code::text as commune_code,
    life_status::text as life_status,
    identity_status::text as identity_status,
    valid_from::date as valid_from,
    valid_to::date as valid_to,
    valid_to is null as is_current
from (select * from kept union all select * from fresh) as versions
