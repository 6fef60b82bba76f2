{#- The sentences of why_vi: what an officer reads beside an amount. Vietnamese, NFC. -#}

{#- 810000 → 810.000 đồng -#}
{% macro say_vnd(expression) -%}
    (replace(to_char({{ expression }}, 'FM999,999,999,999,990'), ',', '.') || ' đồng')
{%- endmacro %}

{#- 24322 → 11/2026 -#}
{% macro say_month(expression) -%}
    (({{ expression }}) % 12 + 1 || '/' || ({{ expression }}) / 12)
{%- endmacro %}

{#- 1.50 → 1,5 -#}
{% macro say_number(expression) -%}
    replace(trim_scale({{ expression }})::text, '.', ',')
{%- endmacro %}

{#- The code and its article, or for the two groups that are never named only the decree. -#}
{% macro say_code(code, legal_basis, is_sensitive) -%}
    case when {{ is_sensitive }} then split_part({{ legal_basis }}, ' Đ', 1) else 'mã ' || {{ code }} || ', ' || {{ legal_basis }} end
{%- endmacro %}
