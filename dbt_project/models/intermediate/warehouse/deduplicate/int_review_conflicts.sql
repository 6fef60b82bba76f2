-- Where a suspected duplicate would be paid twice: lines of two clusters that one person may have only once.
-- `first` is the cluster that stays: known longer, verified, then by id.
with asked as (
    select cluster_id_l as cluster_id from {{ ref('int_review_pairs') }}
    union
    select cluster_id_r from {{ ref('int_review_pairs') }}
),

lines as (
    select
        clusters.cluster_id,
        rows_now.row_id,
        rows_now.amount_vnd,
        case
            when rows_now.programme_code in ('BTXH', 'HTXH') then 'highest_only'
            else concat_ws('|', rows_now.programme_code, rows_now.entitlement_code, rows_now.subject_id_number)
        end as once_only
    from asked
    inner join {{ ref('int_person_clusters') }} as clusters on asked.cluster_id = clusters.cluster_id
    inner join {{ ref('stg_commune__beneficiary_rows') }} as rows_now on clusters.row_id = rows_now.row_id
),

standing as (
    select
        clusters.cluster_id,
        min(known.first_period) as known_since,
        bool_or(identities.identity is not null) as has_identity
    from asked
    inner join {{ ref('int_person_clusters') }} as clusters on asked.cluster_id = clusters.cluster_id
    left join {{ source('ops', 'person_record') }} as known on clusters.record_key = known.record_key
    left join {{ ref('int_record_identities') }} as identities on clusters.row_id = identities.row_id
    group by clusters.cluster_id
),

ranked as (
    select
        pairs.cluster_id_l,
        pairs.cluster_id_r,
        (coalesce(l.known_since, '9999-99'), not l.has_identity, pairs.cluster_id_l)
        < (coalesce(r.known_since, '9999-99'), not r.has_identity, pairs.cluster_id_r) as l_stays
    from {{ ref('int_review_pairs') }} as pairs
    inner join standing as l on pairs.cluster_id_l = l.cluster_id
    inner join standing as r on pairs.cluster_id_r = r.cluster_id
),

ordered as (
    select
        case when l_stays then cluster_id_l else cluster_id_r end as first,
        case when l_stays then cluster_id_r else cluster_id_l end as second
    from ranked
)

select
    ordered.first,
    ordered.second,
    extra.row_id as extra_row_id,
    max(extra.amount_vnd) as amount_vnd
from ordered
inner join lines as kept on ordered.first = kept.cluster_id
inner join lines as extra on ordered.second = extra.cluster_id and kept.once_only = extra.once_only
group by ordered.first, ordered.second, extra.row_id
