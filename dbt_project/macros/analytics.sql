{#- An id analysts may join on but not look up: the same person has the same key in every view, and no table says whose it is. -#}
{% macro analytics_key(expression) -%}
    ('A' || left(encode(sha256(convert_to('analytics|' || {{ expression }}, 'UTF8')), 'hex'), 20))
{%- endmacro %}

{#- Groups 5.3 and 5.8 are never told apart from other social assistance. -#}
{% macro analytics_code(expression) -%}
    (case when {{ expression }} like '5.3%' or {{ expression }} = '5.8' then 'BTXH' else {{ expression }} end)
{%- endmacro %}
