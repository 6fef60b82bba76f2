{{ config(indexes=[{'columns': ['cluster_id'], 'unique': true}], post_hook="analyze {{ this }}") }}

-- A cluster keeps the id its records already have. Two known persons in one cluster: the older id stays (a merge).
-- One known person in two clusters: the one with most of its records keeps the id (a split). Otherwise a new id,
-- derived from the records, so that building again gives the same one.
with votes as (
    select clusters.cluster_id, coalesce(persons.merged_into, persons.person_id) as person_id, count(*) as records
    from {{ ref('int_person_clusters') }} as clusters
    left join {{ source('ops', 'person_record') }} as known on clusters.record_key = known.record_key
    inner join {{ source('ops', 'person') }} as persons on persons.person_id = coalesce(clusters.known_person_id, known.person_id)
    group by clusters.cluster_id, coalesce(persons.merged_into, persons.person_id)
),

ends as (
    select cluster_id, min(record_key) as first_key, max(record_key) as last_key
    from {{ ref('int_person_clusters') }}
    where origin = 'list'
    group by cluster_id
),

listed as (
    select cluster_id, first_key as contents from ends where first_key = last_key
    union all
    select clusters.cluster_id, string_agg(distinct clusters.record_key, '|' order by clusters.record_key)
    from ends
    inner join {{ ref('int_person_clusters') }} as clusters on ends.cluster_id = clusters.cluster_id
    where ends.first_key < ends.last_key and clusters.origin = 'list'
    group by clusters.cluster_id
),

-- each known person goes to one cluster that is still listed
homes as (
    select distinct on (votes.person_id) votes.person_id, votes.cluster_id
    from votes
    inner join listed on votes.cluster_id = listed.cluster_id
    order by votes.person_id asc, votes.records desc, votes.cluster_id asc
),

carried as (
    select distinct on (homes.cluster_id) homes.cluster_id, homes.person_id
    from homes
    inner join {{ source('ops', 'person') }} as persons on homes.person_id = persons.person_id
    order by homes.cluster_id asc, persons.created_period asc, homes.person_id asc
),

fresh as (
    select
        listed.cluster_id,
        'P' || left(encode(sha256(convert_to(listed.contents, 'UTF8')), 'hex'), 20) as person_id,
        'P' || left(encode(sha256(convert_to(listed.contents || '|{{ var("period") }}', 'UTF8')), 'hex'), 20) as other_id
    from listed
    where not exists (select 1 from carried where carried.cluster_id = listed.cluster_id)
)

select cluster_id, person_id, false as is_new from carried
union all
-- the plain id may have been taken over by a cluster these records have since left
select fresh.cluster_id, case when persons.person_id is null then fresh.person_id else fresh.other_id end, true
from fresh
left join {{ source('ops', 'person') }} as persons on fresh.person_id = persons.person_id
