{{ config(indexes=[{'columns': ['row_id'], 'unique': true}, {'columns': ['record_key']}], post_hook="analyze {{ this }}") }}

-- The standardised record: what its numbers are worth as evidence, and how common its name is.
with size as (
    select greatest(frequency, 1) as people from {{ ref('int_term_frequencies') }} where kind = 'people'
),

named_communes as (
    select name_key, min(commune_code) as commune_code
    from {{ ref('communes') }}
    where code_system = 'gso_2025' and province_code = '{{ var("province_code", "79") }}'
    group by name_key
    having count(distinct commune_code) = 1
),

moved as (
    select name_key as told_as, commune_code from named_communes
    union
    select commune_code, commune_code from named_communes
),

judged as (
    select
        fields.*,
        centuries.sex as cccd_sex,
        centuries.year_from + substr(fields.cccd, 5, 2)::int as cccd_year,
        prefixes.prefix is not null as cccd_prefix_is_known,
        coalesce(cccd_shared.people, 1) as cccd_people,
        coalesce(cmnd_shared.people, 1) as cmnd_people,
        coalesce(phone_shared.people, 1) as phone_people,
        coalesce(account_shared.people, 1) as account_people
    from {{ ref('int_record_fields') }} as fields
    left join {{ ref('cccd_centuries') }} as centuries on substr(fields.cccd, 4, 1) = centuries.digit
    left join {{ ref('cccd_prefixes') }} as prefixes on left(fields.cccd, 3) = prefixes.prefix
    left join {{ ref('int_shared_values') }} as cccd_shared on cccd_shared.kind = 'cccd' and fields.cccd = cccd_shared.value
    left join {{ ref('int_shared_values') }} as cmnd_shared on cmnd_shared.kind = 'cmnd' and fields.cmnd = cmnd_shared.value
    left join {{ ref('int_shared_values') }} as phone_shared on phone_shared.kind = 'phone' and fields.phone = phone_shared.value
    left join {{ ref('int_shared_values') }} as account_shared on account_shared.kind = 'account' and fields.account_key = account_shared.value
),

records as (
    select
        judged.row_id,
        judged.origin,
        judged.known_person_id,
        judged.record_key,
        judged.name_exact,
        judged.name_key,
        judged.is_toneless,
        judged.surname,
        judged.middle_name,
        judged.given_name,
        judged.name_words,
        judged.day_born,
        judged.birth_year,
        judged.birth_month,
        judged.birth_day,
        judged.day_key,
        judged.sex,
        -- a number typed for many different people says nothing about any of them
        case when judged.cccd_people <= {{ var('id_people_most', 4) }} and {{ is_real_number('judged.cccd') }} then judged.cccd end as cccd,
        case when judged.cmnd_people <= {{ var('id_people_most', 4) }} and {{ is_real_number('judged.cmnd') }} then judged.cmnd end as cmnd,
        -- valid: it does not contradict the sex and year of its own row, so it may speak against a link
        coalesce(
            judged.cccd_people <= {{ var('id_people_most', 4) }} and {{ is_real_number('judged.cccd') }}
            and judged.cccd ~ '^\d{12}$' and judged.cccd_prefix_is_known
            and (judged.birth_year is null or judged.cccd_year = judged.birth_year)
            and (judged.sex is null or judged.cccd_sex = judged.sex), false
        ) as cccd_is_valid,
        judged.cccd_year,
        judged.cccd_sex,
        judged.commune_code,
        judged.hamlet_key,
        case when judged.phone_people <= {{ var('phone_people_most', 6) }} and {{ is_real_number('judged.phone') }} then judged.phone end as phone,
        case when judged.account_people <= {{ var('account_people_most', 6) }} then judged.account_key end as account_key,
        moved.commune_code as moved_from_commune,
        -- A name never seen before is as common as its parts make it, and never rarer than one person.
        greatest(
            coalesce(
                whole.frequency,
                coalesce(surnames.frequency, 1 / size.people) * coalesce(middles.frequency, 1 / size.people) * coalesce(givens.frequency, 1 / size.people)
            ), 1 / size.people
        ) as name_frequency,
        -- somebody else writes it too: a slip of the hand makes a name nobody has
        coalesce(whole.frequency * size.people > 1.5, false) as name_is_known,
        greatest(coalesce(surnames.frequency, 1 / size.people) * coalesce(givens.frequency, 1 / size.people), 1 / size.people) as ends_frequency,
        coalesce(surnames.frequency, 0) as surname_frequency,
        coalesce(middles.frequency, 0) as middle_frequency,
        coalesce(givens.frequency, 0) as given_frequency,
        coalesce(communes.frequency, 0.01) as commune_frequency
    from judged
    cross join size
    left join {{ ref('int_term_frequencies') }} as whole on whole.kind = 'name' and judged.name_key = whole.term
    left join {{ ref('int_term_frequencies') }} as surnames on surnames.kind = 'surname' and judged.surname = surnames.term
    left join {{ ref('int_term_frequencies') }} as middles on middles.kind = 'middle' and judged.middle_name = middles.term
    left join {{ ref('int_term_frequencies') }} as givens on givens.kind = 'given' and judged.given_name = givens.term
    left join {{ ref('int_term_frequencies') }} as communes on communes.kind = 'commune' and judged.commune_code = communes.term
    left join moved on judged.moved_from_key = moved.told_as
)

{% set words -%}
    {{ record_comparisons('records', 'other').values() | join(' ') }} {{ register_comparisons('records', 'other').values() | join(' ') }}
{%- endset %}
select
    records.*,
    {{ fingerprint(words, 'records') }} as fingerprint
from records
