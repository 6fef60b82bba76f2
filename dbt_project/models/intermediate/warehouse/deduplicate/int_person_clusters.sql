{{ config(indexes=[{'columns': ['row_id'], 'unique': true}, {'columns': ['cluster_id']}], post_hook="analyze {{ this }}") }}

-- depends_on: {{ ref('int_accepted_edges') }}
-- Every record with the person-to-be it belongs to; alone when nothing links it.
select
    records.row_id,
    records.origin,
    records.known_person_id,
    records.record_key,
    coalesce(components.component, records.row_id) as cluster_id
from {{ ref('int_person_records') }} as records
left join ops.label_components('select row_id_l, row_id_r from {{ ref("int_accepted_edges") }}') as components
    on records.row_id = components.node
