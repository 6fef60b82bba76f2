{{ config(indexes=[{'columns': ['row_id'], 'unique': true}, {'columns': ['person_id']}], post_hook="analyze {{ this }}") }}

-- Which person each row of the month is about.
with ends as (
    select row_id_l as row_id, match_probability, method from {{ ref('int_accepted_edges') }}
    union all
    select row_id_r, match_probability, method from {{ ref('int_accepted_edges') }}
),

-- the surest link of a row; how it was found is told by the strongest kind of evidence
best as (
    select
        row_id,
        max(match_probability) as match_probability,
        min(case method when 'decision' then 1 when 'id' then 2 else 3 end) as strongest
    from ends
    group by row_id
),

sizes as (
    select cluster_id, count(*) filter (where origin = 'list') as listed_rows
    from {{ ref('int_person_clusters') }}
    group by cluster_id
)

select
    clusters.row_id,
    persons.person_id,
    case
        when sizes.listed_rows = 1 then 'single'
        else case best.strongest when 1 then 'decision' when 2 then 'id' else 'model' end
    end as method,
    case when sizes.listed_rows = 1 then 1 else best.match_probability end::double precision as match_probability
from {{ ref('int_person_clusters') }} as clusters
inner join {{ ref('int_cluster_persons') }} as persons on clusters.cluster_id = persons.cluster_id
inner join sizes on clusters.cluster_id = sizes.cluster_id
left join best on clusters.row_id = best.row_id
where clusters.origin = 'list'
