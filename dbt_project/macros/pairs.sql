{#- The comparisons of a pair, in the order the explanation tells them. -#}
{% macro pair_comparisons() -%}
    {{ return(['cccd', 'cmnd', 'register', 'name', 'birth', 'sex', 'commune', 'hamlet', 'phone', 'account']) }}
{%- endmacro %}
