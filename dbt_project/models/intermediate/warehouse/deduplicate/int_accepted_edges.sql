{{ config(post_hook="analyze {{ this }}") }}

select edges.*
from {{ ref('int_linked_edges') }} as edges
where not exists (
    select 1 from {{ ref('int_cut_edges') }} as cut where cut.row_id_l = edges.row_id_l and cut.row_id_r = edges.row_id_r
)
