{{ config(post_hook="analyze {{ this }}") }}

-- depends_on: {{ ref('int_linked_edges') }}
select node as row_id, component
from ops.label_components('select row_id_l, row_id_r from {{ ref("int_linked_edges") }}')
