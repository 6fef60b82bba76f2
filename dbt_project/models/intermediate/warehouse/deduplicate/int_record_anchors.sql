{{ config(post_hook="analyze {{ this }}") }}

-- The registered person a record most likely is, and how sure it is that it is registered at all.
select
    row_id,
    min(id_number) filter (where rank = 1) as anchor_id,
    max(probability) filter (where rank = 1) as anchor_probability,
    min(id_number) filter (where rank = 2 and probability >= 0.2) as second_id,
    sum(probability) as registered_probability,
    max(fits) as fits,
    -- found by its own number, not by a likeness
    coalesce(bool_or(cccd_level = 'equal' or cmnd_level = 'equal') filter (where rank = 1), false) as is_by_number
from {{ ref('int_register_links') }}
group by row_id
