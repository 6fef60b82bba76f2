-- Blocks too large to compare everybody with everybody, and how many comparisons were left out.
select
    rule,
    key,
    count(*) as records,
    count(*) * (count(*) - 1) / 2 as pairs_left_out
from {{ ref('int_block_keys') }}
group by rule, key
having count(*) > {{ var('block_cap') }}
