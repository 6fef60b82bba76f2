{{ config(post_hook="analyze {{ this }}") }}

-- Links the scores accept, before anyone looks at the knots they tie.
select row_id_l, row_id_r, match_weight as weight, method = 'decision' as is_decided, method, match_probability
from {{ ref('int_person_pair_scores') }}
where band = 'linked'
