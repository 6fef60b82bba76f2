{{ config(indexes=[{'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- One claim per person, programme, family of codes, subject and share. A person listed twice for the same thing keeps one
-- line: the new commune's after a move, else the commune that paid last, else the earlier row; the others are extra lines.
with last_paid as (
    select distinct on (person_id, family)
        person_id,
        family,
        commune_code
    from {{ ref('int_payment_history') }}
    where list_no < {{ this_month() }}
    order by person_id, family, list_no desc, month_no desc, commune_code
),

suspects as (
    select distinct row_id from {{ ref('int_review_cases') }} where is_extra
),

ranked as (
    select
        rows.*,
        suspects.row_id is not null as is_suspect,
        borrowed.row_id is not null as is_borrowed,
        row_number() over per_claim as place,
        first_value(rows.row_id) over per_claim as main_row_id,
        first_value(rows.commune_code) over per_claim as main_commune,
        first_value(rows.has_moved) over per_claim as main_has_moved,
        first_value(rows.listed_code) over per_claim as main_code
    from {{ ref('int_entitlement_rows') }} as rows
    left join suspects on rows.row_id = suspects.row_id
    left join {{ ref('int_borrowed_numbers') }} as borrowed on rows.row_id = borrowed.row_id
    left join last_paid on rows.person_id = last_paid.person_id and rows.family = last_paid.family
    left join {{ ref('entitlement_codes') }} as codes on rows.listed_code = codes.entitlement_code
    window per_claim as (
        partition by rows.person_id, rows.programme_code, rows.family, rows.subject_key, rows.share_no
        order by
            borrowed.row_id is not null,
            suspects.row_id is not null,
            rows.group_is_unsure,
            (rows.programme_code in ('CHAM_SOC', 'MAI_TANG')) desc,
            case when rows.programme_code in ('CHAM_SOC', 'MAI_TANG') then codes.coefficient end desc nulls last,
            rows.has_moved desc,
            (rows.commune_code = last_paid.commune_code) desc nulls last,
            rows.received_at,
            rows.commune_code,
            rows.workbook_id,
            rows.sheet,
            rows.row_number
    )
),

judged as (
    select
        ranked.*,
        case
            when ranked.place = 1 and ranked.is_suspect then 'duplicate_review'
            when ranked.place = 1 then null
            when ranked.commune_code <> ranked.main_commune and ranked.main_has_moved and not ranked.has_moved then 'moved'
            when ranked.programme_code in ('CHAM_SOC', 'MAI_TANG') and ranked.listed_code <> ranked.main_code then 'excluded_highest_only'
            else 'duplicate_review'
        end as extra_reason
    from ranked
),

-- One share for one person cared for: a couple, both disabled, with one child; two carers of one disabled person. The living
-- come first, then the higher, then the older decision.
shares as (
    select
        judged.row_id,
        rules.right_key as share_hold,
        row_number() over (
            partition by judged.family, judged.subject_key
            order by
                coalesce(people.died_no < {{ this_month() }}, false),
                judged.extra_reason is not null,
                judged.is_borrowed or judged.group_is_unsure,
                codes.coefficient desc nulls last,
                judged.decided_on asc nulls last,
                (last_paid.person_id is not null) desc,
                judged.received_at,
                judged.commune_code,
                judged.workbook_id,
                judged.sheet,
                judged.row_number
        ) as share_place
    from judged
    inner join {{ ref('benefit_rules') }} as rules on rules.rule_kind = 'one_share' and judged.family = rules.left_key
    left join {{ ref('entitlement_codes') }} as codes on judged.listed_code = codes.entitlement_code
    left join {{ ref('int_entitlement_people') }} as people on judged.person_id = people.person_id
    left join last_paid on judged.person_id = last_paid.person_id and judged.family = last_paid.family
    where judged.place = 1 and judged.subject_key <> ''
),

claimed as (
    select
        judged.*,
        coalesce(shares.share_place > 1, false) and judged.extra_reason is null as is_share_taken,
        coalesce(judged.extra_reason, case when shares.share_place > 1 then shares.share_hold end) as hold_reason
    from judged
    left join shares on judged.row_id = shares.row_id
),

-- A silent commune's line only where the person is on no list this month for the same thing.
carried as (
    select lines.*
    from {{ ref('int_carried_lines') }} as lines
    where
        not exists (
            select 1 from judged
            where
                judged.person_id = lines.person_id
                and judged.programme_code = lines.programme_code
                and judged.family = lines.family
                and judged.subject_key = lines.subject_key
                and judged.share_no = lines.share_no
        )
)

select
    row_id,
    person_id,
    programme_code,
    family,
    listed_code,
    subject_key,
    subject_person_id,
    share_no,
    commune_code,
    hamlet,
    full_name,
    group_is_unsure,
    one_off,
    age_of,
    listed_coefficient,
    children_count,
    declared_vnd,
    declared_arrears_vnd,
    decided_on,
    start_no,
    decided_no,
    start_is_written,
    has_moved,
    birth_no,
    subject_birth_no,
    subject_died_no,
    place = 1 as is_main,
    main_row_id,
    hold_reason as extra_reason,
    is_share_taken,
    -- A claim somebody must first answer never takes the place of one that stands.
    is_borrowed or group_is_unsure or hold_reason is not null as is_doubtful,
    null::text as waiver_action,
    false as is_carried
from claimed

union all

select
    null,
    person_id,
    programme_code,
    family,
    entitlement_code,
    subject_key,
    subject_person_id,
    share_no,
    commune_code,
    hamlet,
    full_name,
    false,
    false,
    null,
    null,
    null,
    last_vnd,
    null,
    null,
    null,
    null,
    false,
    false,
    null,
    null,
    null,
    true,
    null,
    null,
    false,
    false,
    waiver_action,
    true
from carried
