-- A person holds one valid national ID, unless an officer said two numbers are one person.
select clusters.cluster_id, count(distinct identities.identity) as identities
from {{ ref('int_person_clusters') }} as clusters
inner join {{ ref('int_record_identities') }} as identities on clusters.row_id = identities.row_id
left join {{ ref('int_accepted_edges') }} as decided
    on decided.is_decided and clusters.row_id in (decided.row_id_l, decided.row_id_r)
group by clusters.cluster_id
having count(distinct identities.identity) > 1 and count(decided.row_id_l) = 0
