-- Known persons whose records went elsewhere this month: merges and splits, with what caused them.
with causes as (
    select
        clusters.cluster_id,
        min(case edges.method when 'decision' then 1 when 'id' then 2 else 3 end) as strongest
    from {{ ref('int_accepted_edges') }} as edges
    inner join {{ ref('int_person_clusters') }} as clusters on edges.row_id_l = clusters.row_id
    group by clusters.cluster_id
),

before as (
    select distinct
        coalesce(persons.merged_into, persons.person_id) as person_id,
        clusters.cluster_id
    from {{ ref('int_person_clusters') }} as clusters
    left join {{ source('ops', 'person_record') }} as known on clusters.record_key = known.record_key
    inner join {{ source('ops', 'person') }} as persons on persons.person_id = coalesce(clusters.known_person_id, known.person_id)
),

kept as (
    select person_id from {{ ref('int_cluster_persons') }} where not is_new
)

select
    before.person_id as from_person_id,
    now_persons.person_id as into_person_id,
    case
        when kept.person_id is not null then 'split'
        else coalesce(case causes.strongest when 1 then 'decision' when 2 then 'id' when 3 then 'model' end, 'model')
    end as cause
from before
inner join {{ ref('int_cluster_persons') }} as now_persons on before.cluster_id = now_persons.cluster_id
left join kept on before.person_id = kept.person_id
left join causes on before.cluster_id = causes.cluster_id
where before.person_id <> now_persons.person_id
