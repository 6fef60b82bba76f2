{{ config(indexes=[{'columns': ['person_id', 'month_no']}], post_hook="analyze {{ this }}") }}

-- What the law gives each entitlement in each of its months, before asking which of several may be paid together.
with families as (
    select
        family,
        min(coalesce(age_to_months, 9999)) as first_end_months
    from {{ ref('entitlement_ages') }}
    group by family
),

months as (
    select
        listed.*,
        keys.person_id,
        keys.programme_code,
        keys.family,
        keys.subject_key,
        keys.share_no,
        keys.listed_code,
        keys.is_claimed,
        keys.is_doubtful,
        keys.is_highest_only,
        keys.one_off,
        keys.per_child,
        keys.standard_scheme,
        keys.children_count,
        keys.listed_coefficient,
        keys.declared_vnd,
        keys.declared_arrears_vnd,
        keys.decided_on,
        keys.start_no,
        keys.first_no,
        keys.ends_no,
        keys.funeral_no,
        listed.month_no - keys.age_birth_no as age_months,
        families.family is not null as has_steps,
        families.first_end_months
    from {{ ref('int_entitlement_month_list') }} as listed
    inner join {{ ref('int_entitlement_keys') }} as keys on listed.key_id = keys.key_id
    left join families on keys.family = families.family
),

-- A change of level starts in the month the age is reached; the last level is still due in the month it is outgrown.
stepped as (
    select
        months.*,
        case
            when months.has_steps and months.age_months is not null then coalesce(step.entitlement_code, last_step.entitlement_code)
            when months.paid_code is null or months.month_no >= {{ this_month() }} or months.month_no >= months.start_no then months.listed_code
            else months.paid_code
        end as entitlement_code
    from months
    left join {{ ref('entitlement_ages') }} as step
        on
            months.family = step.family
            and months.age_months >= step.age_from_months
            and months.age_months < coalesce(step.age_to_months, 9999)
    left join {{ ref('entitlement_ages') }} as last_step on months.family = last_step.family and months.age_months = last_step.age_to_months
),

priced as (
    select
        stepped.*,
        codes.coefficient,
        codes.valid_to,
        rates.rate_vnd,
        rates.legal_basis as rate_basis,
        rates.counted_from as rate_counted_from,
        coalesce(codes.entitlement_code is null, false) as is_age_out_of_steps,
        not stepped.has_steps and stepped.age_months > codes.age_to_months as is_over_age,
        -- Grown out of one step and into none: the cared-for child of 17 is not yet the cared-for elder.
        stepped.has_steps and stepped.entitlement_code is null and stepped.age_months > stepped.first_end_months as is_past_last_step,
        stepped.month_no < {{ month_no_of('codes.valid_from') }} or stepped.month_no > {{ month_no_of('codes.valid_to') }} as is_outside_law,
        -- One amount a child: what the list says now; for a month already paid, what was paid then, unless a decision signed
        -- after the first payment changed the number from its month on.
        case
            when not stepped.per_child then 1
            when
                stepped.in_history and stepped.children_count > 0 and stepped.first_no < stepped.start_no
                and stepped.month_no >= stepped.start_no
                then stepped.children_count
            when stepped.in_history and stepped.paid_vnd > 0 and stepped.paid_vnd % rates.rate_then_vnd = 0 then stepped.paid_vnd / rates.rate_then_vnd
            when stepped.in_history and stepped.paid_vnd > 0 and stepped.paid_vnd % rates.rate_vnd = 0 then stepped.paid_vnd / rates.rate_vnd
            when stepped.children_count > 0 then stepped.children_count
            when stepped.listed_coefficient >= 1 and stepped.listed_coefficient = floor(stepped.listed_coefficient) then stepped.listed_coefficient
            when stepped.declared_vnd > 0 and stepped.declared_vnd % now_rate.rate_vnd = 0 then stepped.declared_vnd / now_rate.rate_vnd
            when stepped.declared_vnd > 0 and stepped.declared_vnd % before_rate.rate_then_vnd = 0 then stepped.declared_vnd / before_rate.rate_then_vnd
            else 1
        end::int as children
    from stepped
    left join {{ ref('entitlement_codes') }} as codes on stepped.entitlement_code = codes.entitlement_code
    left join {{ ref('int_standard_amounts') }} as rates
        on
            stepped.standard_scheme = rates.scheme
            and case when stepped.one_off then coalesce(least(stepped.funeral_no, stepped.month_no), stepped.month_no) else stepped.month_no end
            = rates.month_no
    left join {{ ref('int_standard_amounts') }} as now_rate on stepped.standard_scheme = now_rate.scheme and now_rate.month_no = {{ this_month() }}
    left join {{ ref('int_standard_amounts') }} as before_rate on stepped.standard_scheme = before_rate.scheme and before_rate.month_no = {{ this_month() }} - 1
),

levelled as (
    select
        priced.*,
        case
            when programme_code = 'NCC' and month_no < {{ this_month() }} and paid_vnd > 0 then paid_vnd
            when programme_code = 'NCC' then coalesce(declared_vnd, 0)
            when one_off and month_no < {{ this_month() }} then paid_vnd
            when one_off and month_no > {{ this_month() }} then 0
            -- An outdated code or a month before any known amount: what was paid then stands.
            when month_no < {{ this_month() }} and in_history and (rate_vnd is null or is_outside_law) then paid_vnd
            when is_outside_law then 0
            else coalesce(round(rate_vnd * coefficient * children), 0)
        end::bigint as level_vnd
    from priced
),

dues as (
    select
        levelled.*,
        case
            when month_no > ends_no or is_age_out_of_steps or is_over_age then 0
            when month_no >= {{ this_month() }} and start_no > month_no then 0
            else level_vnd
        end::bigint as due_vnd
    from levelled
),

-- The office's own truy lĩnh for people with merit is paid when it is exactly what its new amount leaves unpaid.
ncc_rises as (
    select
        dues.key_id,
        min({{ month_no_of('amounts.counted_from') }}) as from_no,
        sum(dues.declared_vnd - dues.paid_vnd) as rise_vnd
    from dues
    inner join (
        select max(rates.counted_from) as counted_from
        from {{ ref('int_standard_amounts') }} as rates
        where rates.scheme = 'NCC' and rates.month_no = {{ this_month() }}
    ) as amounts on dues.month_no >= {{ month_no_of('amounts.counted_from') }}
    where
        dues.programme_code = 'NCC' and dues.month_no < {{ this_month() }} and dues.due_vnd > 0
        and dues.declared_arrears_vnd > 0 and dues.declared_vnd > dues.paid_vnd
    group by dues.key_id
    having sum(dues.declared_vnd - dues.paid_vnd) = max(dues.declared_arrears_vnd)
),

risen as (
    select
        dues.key_id,
        dues.person_id,
        dues.month_no,
        dues.programme_code,
        dues.family,
        dues.subject_key,
        dues.share_no,
        dues.listed_code,
        coalesce(dues.entitlement_code, dues.paid_code, dues.listed_code) as entitlement_code,
        dues.is_claimed,
        dues.is_doubtful,
        dues.is_listed,
        dues.in_history,
        dues.is_highest_only,
        dues.one_off,
        dues.is_opening,
        dues.decided_on,
        dues.rate_vnd,
        dues.rate_basis,
        dues.rate_counted_from,
        case when dues.programme_code = 'NCC' then 1 else dues.coefficient * dues.children end as coefficient,
        dues.children,
        dues.is_age_out_of_steps or coalesce(dues.is_over_age, false) as is_age_out,
        coalesce(dues.is_past_last_step, false) or coalesce(dues.is_over_age, false) as is_outgrown,
        coalesce(dues.is_outside_law, false) as is_outside_law,
        dues.level_vnd,
        case when ncc_rises.key_id is not null and dues.month_no between ncc_rises.from_no and {{ this_month() }} - 1 and dues.due_vnd > 0
            then greatest(dues.due_vnd, dues.declared_vnd)
        else dues.due_vnd end as due_vnd,
        dues.paid_vnd
    from dues
    left join ncc_rises on dues.key_id = ncc_rises.key_id
),

-- An opening file may hold a month's money and its truy lĩnh in one figure: what a month got beyond its own level,
-- when it is exactly what earlier months had too little, was paid for those.
spans as (
    select
        key_id,
        month_no,
        is_opening and paid_vnd > level_vnd as is_over,
        paid_vnd - level_vnd as over_vnd,
        coalesce(sum(greatest(due_vnd - paid_vnd, 0)) over (
            partition by key_id order by month_no rows between unbounded preceding and 1 preceding
        ), 0) as short_before_vnd
    from risen
    where month_no < {{ this_month() }} and in_history
),

lumps as (
    select distinct on (key_id)
        key_id,
        month_no as lump_no,
        over_vnd
    from spans
    where is_over and over_vnd = short_before_vnd
    order by key_id, month_no
)

select
    risen.key_id,
    risen.person_id,
    risen.month_no,
    risen.programme_code,
    risen.family,
    risen.subject_key,
    risen.share_no,
    risen.listed_code,
    risen.entitlement_code,
    risen.is_claimed,
    risen.is_doubtful,
    risen.is_listed,
    risen.in_history,
    risen.is_highest_only,
    risen.one_off,
    risen.decided_on,
    risen.rate_vnd,
    risen.rate_basis,
    risen.rate_counted_from,
    risen.coefficient,
    risen.children,
    risen.is_age_out,
    risen.is_outgrown,
    risen.is_outside_law,
    risen.level_vnd,
    risen.due_vnd,
    risen.paid_vnd
    + case
        when lumps.lump_no is null then 0
        when risen.month_no = lumps.lump_no then -lumps.over_vnd
        when risen.month_no < lumps.lump_no and risen.in_history then greatest(risen.due_vnd - risen.paid_vnd, 0)
        else 0
    end as paid_vnd
from risen
left join lumps on risen.key_id = lumps.key_id
