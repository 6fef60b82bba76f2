{{ config(indexes=[{'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- Everything somebody is or was entitled to: this month's claims, and what was paid before and is listed no more.
with claims as (
    select * from {{ ref('int_entitlement_claims') }} where is_main
),

before as (
    select
        person_id,
        programme_code,
        family,
        subject_key,
        share_no,
        entitlement_code,
        subject_person_id,
        commune_code,
        month_no,
        list_no
    from {{ ref('int_payment_history') }}

    union all

    select
        person_id,
        programme_code,
        family,
        subject_key,
        share_no,
        entitlement_code,
        subject_person_id,
        commune_code,
        month_no,
        month_no
    from {{ ref('int_held_before') }}
),

latest as (
    select distinct on (person_id, programme_code, family, subject_key, share_no)
        *
    from before
    order by person_id, programme_code, family, subject_key, share_no, list_no desc, month_no desc, entitlement_code
),

facts as (
    select
        person_id,
        programme_code,
        family,
        subject_key,
        share_no,
        min(month_no) filter (where month_no < {{ this_month() }}) as first_no,
        max(month_no) filter (where month_no < {{ this_month() }}) as last_no
    from before
    group by person_id, programme_code, family, subject_key, share_no
),

keyed as (
    select
        coalesce(claims.person_id, latest.person_id) as person_id,
        coalesce(claims.programme_code, latest.programme_code) as programme_code,
        coalesce(claims.family, latest.family) as family,
        coalesce(claims.subject_key, latest.subject_key) as subject_key,
        coalesce(claims.share_no, latest.share_no) as share_no,
        coalesce(claims.listed_code, latest.entitlement_code) as listed_code,
        coalesce(claims.subject_person_id, latest.subject_person_id) as subject_person_id,
        coalesce(claims.commune_code, latest.commune_code) as commune_code,
        claims.person_id is not null as is_claimed,
        coalesce(claims.is_carried, false) as is_carried,
        coalesce(claims.is_doubtful, false) as is_doubtful,
        claims.row_id,
        claims.children_count,
        claims.listed_coefficient,
        claims.declared_vnd,
        claims.declared_arrears_vnd,
        claims.decided_on,
        claims.start_no,
        claims.decided_no,
        claims.start_is_written,
        claims.has_moved,
        claims.subject_birth_no,
        claims.subject_died_no,
        facts.first_no,
        facts.last_no
    from claims
    full outer join latest using (person_id, programme_code, family, subject_key, share_no)
    left join facts using (person_id, programme_code, family, subject_key, share_no)
)

select
    'K' || left(encode(sha256(convert_to(concat_ws('|', keyed.person_id, keyed.programme_code, keyed.family, keyed.subject_key, keyed.share_no), 'UTF8')), 'hex'), 24) as key_id,
    keyed.*,
    codes.age_of,
    coalesce(codes.per_child, false) as per_child,
    coalesce(codes.one_off, false) as one_off,
    programmes.standard_scheme,
    keyed.programme_code in ('BTXH', 'HTXH') as is_highest_only,
    case when codes.age_of = 'subject' then keyed.subject_birth_no else people.birth_no end as age_birth_no,
    people.is_dead,
    people.is_missing,
    -- Funeral support is paid because of a death; care stops with the person cared for.
    case
        when codes.one_off then null
        when keyed.is_claimed and not people.register_agrees and people.is_dead then {{ this_month() }} - 1
        when keyed.programme_code = 'CHAM_SOC' then least(people.died_no, keyed.subject_died_no)
        else people.died_no
    end as ends_no,
    case when codes.one_off then coalesce(keyed.subject_died_no, people.died_no) end as funeral_no
from keyed
left join {{ ref('entitlement_codes') }} as codes on keyed.listed_code = codes.entitlement_code
left join {{ ref('programmes') }} as programmes on keyed.programme_code = programmes.programme_code
left join {{ ref('int_entitlement_people') }} as people on keyed.person_id = people.person_id
