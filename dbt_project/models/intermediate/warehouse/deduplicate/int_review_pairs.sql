{{ config(post_hook="analyze {{ this }}") }}

-- Two persons-to-be that may be one: a pair in the review band, or a link that had to be cut.
with asked as (
    select scores.row_id_l, scores.row_id_r, scores.match_weight, scores.match_probability, false as is_cut
    from {{ ref('int_person_pair_scores') }} as scores
    where scores.band = 'review'
    union all
    select scores.row_id_l, scores.row_id_r, scores.match_weight, scores.match_probability, true
    from {{ ref('int_cut_edges') }} as cut
    inner join {{ ref('int_person_pair_scores') }} as scores on cut.row_id_l = scores.row_id_l and cut.row_id_r = scores.row_id_r
),

touched as (
    select clusters.cluster_id
    from asked inner join {{ ref('int_person_clusters') }} as clusters on asked.row_id_l = clusters.row_id
    union
    select clusters.cluster_id
    from asked inner join {{ ref('int_person_clusters') }} as clusters on asked.row_id_r = clusters.row_id
),

-- what the register says of a whole cluster: two of them with two registered persons are two people
registered as (
    select clusters.cluster_id, min(anchors.anchor_id) as anchor_id, max(anchors.anchor_id) as other_anchor_id
    from touched
    inner join {{ ref('int_person_clusters') }} as clusters on touched.cluster_id = clusters.cluster_id
    inner join {{ ref('int_record_anchors') }} as anchors on clusters.row_id = anchors.row_id
    where anchors.anchor_probability >= 0.95
    group by clusters.cluster_id
),

listed as (
    select clusters.cluster_id
    from touched
    inner join {{ ref('int_person_clusters') }} as clusters on touched.cluster_id = clusters.cluster_id
    group by clusters.cluster_id
    having bool_or(clusters.origin = 'list')
)

select
    least(l.cluster_id, r.cluster_id) as cluster_id_l,
    greatest(l.cluster_id, r.cluster_id) as cluster_id_r,
    max(asked.match_weight) as match_weight,
    max(asked.match_probability) as match_probability,
    bool_or(asked.is_cut) as is_cut
from asked
inner join {{ ref('int_person_clusters') }} as l on asked.row_id_l = l.row_id
inner join {{ ref('int_person_clusters') }} as r on asked.row_id_r = r.row_id
inner join listed as l_listed on l.cluster_id = l_listed.cluster_id
inner join listed as r_listed on r.cluster_id = r_listed.cluster_id
left join registered as l_registered on l.cluster_id = l_registered.cluster_id
left join registered as r_registered on r.cluster_id = r_registered.cluster_id
where
    l.cluster_id <> r.cluster_id
    and (
        asked.is_cut
        or l_registered.anchor_id is null or r_registered.anchor_id is null
        or l_registered.anchor_id = r_registered.anchor_id
    )
group by least(l.cluster_id, r.cluster_id), greatest(l.cluster_id, r.cluster_id)
