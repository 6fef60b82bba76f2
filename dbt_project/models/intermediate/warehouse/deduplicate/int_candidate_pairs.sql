{{ config(indexes=[{'columns': ['row_id_l', 'row_id_r'], 'unique': true}], post_hook="analyze {{ this }}") }}

-- Pairs worth comparing, once each. A block over the cap is compared with its first record only when its key is
-- a number (then every link leads through that record anyway); a large block of names is left out and reported.
with blocks as (
    select rule, key, count(*) as records, min(row_id) as first_row_id, bool_or(origin = 'list') as has_list
    from {{ ref('int_block_keys') }}
    group by rule, key
    having count(*) > 1
),

pairs as (
    select l.row_id as row_id_l, r.row_id as row_id_r, l.rule
    from blocks
    inner join {{ ref('int_block_keys') }} as l on blocks.rule = l.rule and blocks.key = l.key
    inner join {{ ref('int_block_keys') }} as r on blocks.rule = r.rule and blocks.key = r.key and l.row_id < r.row_id
    where
        blocks.has_list and blocks.records <= {{ var('block_cap') }}
        and not (l.origin = 'known' and r.origin = 'known')
    union all
    select blocks.first_row_id, r.row_id, blocks.rule
    from blocks
    inner join {{ ref('int_block_keys') }} as r on blocks.rule = r.rule and blocks.key = r.key and blocks.first_row_id < r.row_id
    where blocks.has_list and blocks.records > {{ var('block_cap') }} and blocks.rule in ('cccd', 'cmnd', 'register')
),

decided as (
    select least(l.row_id, r.row_id) as row_id_l, greatest(l.row_id, r.row_id) as row_id_r, 'decision' as rule
    from {{ source('ops', 'identity_decision') }} as decisions
    inner join {{ ref('int_person_records') }} as l on decisions.record_key_l = l.record_key
    inner join {{ ref('int_person_records') }} as r on decisions.record_key_r = r.record_key
)

select row_id_l, row_id_r, min(rule) as rule
from (select * from pairs union all select * from decided) as found
group by row_id_l, row_id_r
