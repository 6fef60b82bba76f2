{#- What an analyst may see of a person: enough to tell lines apart, not enough to know who it is. -#}

{#- 079058258356 → 079******356 -#}
{% macro mask_number(expression, head=3, tail=3) -%}
    case
        when {{ expression }} is null then null
        when length({{ expression }}) <= {{ head + tail }} then repeat('*', length({{ expression }}))
        else left({{ expression }}, {{ head }}) || repeat('*', length({{ expression }}) - {{ head + tail }}) || right({{ expression }}, {{ tail }})
    end
{%- endmacro %}

{#- Nguyễn Thị Hoa → N. T. H. -#}
{% macro mask_name(expression) -%}
    nullif(btrim(regexp_replace(normalize({{ expression }}, NFC), '(\S)\S*\s*', '\1. ', 'g')), '')
{%- endmacro %}

{#- Account: the last four digits. -#}
{% macro mask_account(expression) -%}
    {{ mask_number(expression, 0, 4) }}
{%- endmacro %}
