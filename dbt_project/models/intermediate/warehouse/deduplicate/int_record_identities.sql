{{ config(post_hook="analyze {{ this }}") }}

-- The one identity a record vouches for: the registered person it is, else its own valid number.
select
    records.row_id,
    coalesce(
        case when anchors.anchor_probability >= 0.95 then anchors.anchor_id end,
        case when records.cccd_is_valid then records.cccd end
    ) as identity
from {{ ref('int_person_records') }} as records
left join {{ ref('int_record_anchors') }} as anchors on records.row_id = anchors.row_id
