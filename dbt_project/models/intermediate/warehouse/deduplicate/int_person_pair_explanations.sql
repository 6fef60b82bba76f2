{{ config(indexes=[{'columns': ['row_id_l', 'row_id_r']}], post_hook="analyze {{ this }}") }}

-- The waterfall of every pair that is linked or asked about: one line a comparison, with the sum so far.
{%- set values = {
    'cccd': 'cccd', 'cmnd': 'cmnd', 'register': none, 'name': 'name_exact', 'birth': none, 'sex': 'sex', 'commune': 'commune_code',
    'hamlet': 'hamlet_key', 'phone': 'phone', 'account': 'account_key',
} %}
with told as (
    select
        scores.*,
        {%- for side in ['l', 'r'] %}
            {%- for name in pair_comparisons() %}
                {%- if name == 'birth' %}
        coalesce({{ side }}.day_born::text, {{ side }}.birth_year::text)
                {%- elif name == 'register' %}
        {{ side }}_anchor.anchor_id
                {%- else %}
        {{ side }}.{{ values[name] }}
                {%- endif %} as {{ name }}_{{ side }}{{ '' if loop.last and side == 'r' else ',' }}
            {%- endfor %}
        {%- endfor %}
    from {{ ref('int_person_pair_scores') }} as scores
    inner join {{ ref('int_person_records') }} as l on scores.row_id_l = l.row_id
    inner join {{ ref('int_person_records') }} as r on scores.row_id_r = r.row_id
    left join {{ ref('int_record_anchors') }} as l_anchor on scores.row_id_l = l_anchor.row_id
    left join {{ ref('int_record_anchors') }} as r_anchor on scores.row_id_r = r_anchor.row_id
    where scores.band in ('linked', 'review')
)

-- a silent comparison weighs nothing, so the sum so far is the sum of all columns before
select
    told.row_id_l,
    told.row_id_r,
    lines.position,
    lines.comparison,
    lines.level,
    weights.level_vi,
    lines.value_l,
    lines.value_r,
    lines.weight,
    lines.running_total
from told
cross join lateral (
    values
    (0, 'prior', 'random_pair', null::text, null::text, told.prior_weight, told.prior_weight)
    {%- set before = ['told.prior_weight'] %}
    {%- for name in pair_comparisons() %}
        {%- do before.append('told.' ~ name ~ '_weight') %},
    (
        {{ loop.index }}, '{{ name }}', told.{{ name }}_level, told.{{ name }}_l, told.{{ name }}_r, told.{{ name }}_weight,
        {{ before | join(' + ') }}
    )
    {%- endfor %}
) as lines (position, comparison, level, value_l, value_r, weight, running_total)
left join {{ ref('mu_weights') }} as weights on lines.comparison = weights.comparison and lines.level = weights.level
where lines.level is not null
