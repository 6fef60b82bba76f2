-- depends_on: {{ ref('int_review_pairs') }}
-- Persons-to-be that hang together by open questions: one case each, however many pairs it holds.
select node as cluster_id, component as knot_id
from ops.label_components('select cluster_id_l as row_id_l, cluster_id_r as row_id_r from {{ ref("int_review_pairs") }}')
