-- The rows behind a red abort switch: those of persons listed more often than a person can be, and, when the share of
-- duplicates is too high, every row that is not the first of its person.
with placed as (
    select
        clusters.row_id,
        clusters.cluster_id,
        count(*) over (partition by clusters.cluster_id) as rows_of_person,
        row_number() over (partition by clusters.cluster_id order by clusters.row_id) as place
    from {{ ref('int_person_clusters') }} as clusters
    where clusters.origin = 'list'
)

select
    placed.row_id,
    persons.person_id,
    case when placed.rows_of_person > {{ var('abort_rows_per_person') }} then 'too_many_rows' else 'too_many_duplicates' end as reason
from placed
inner join {{ ref('int_cluster_persons') }} as persons on placed.cluster_id = persons.cluster_id
cross join {{ ref('int_person_batch_health') }} as health
where
    placed.rows_of_person > {{ var('abort_rows_per_person') }}
    or (health.too_many_duplicates and placed.place > 1)
