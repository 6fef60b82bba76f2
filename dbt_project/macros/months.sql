{#- Months are whole numbers inside the rules (2026-11 → 24322): ages, gaps and spans become plain subtraction. -#}

{#- '2026-11' → 24322. -#}
{% macro month_no(expression) -%}
    (left({{ expression }}, 4)::int * 12 + right({{ expression }}, 2)::int - 1)
{%- endmacro %}

{#- date → month number. -#}
{% macro month_no_of(expression) -%}
    (extract(year from {{ expression }})::int * 12 + extract(month from {{ expression }})::int - 1)
{%- endmacro %}

{#- 24322 → '2026-11'. -#}
{% macro month_text(expression) -%}
    (lpad((({{ expression }}) / 12)::text, 4, '0') || '-' || lpad((({{ expression }}) % 12 + 1)::text, 2, '0'))
{%- endmacro %}

{#- 24322 → 2026-11-01. -#}
{% macro month_day(expression) -%}
    make_date(({{ expression }}) / 12, ({{ expression }}) % 12 + 1, 1)
{%- endmacro %}

{#- The payout month being built, as a literal number. -#}
{% macro this_month() -%}
    {{ var('period')[:4] | int * 12 + var('period')[5:7] | int - 1 }}
{%- endmacro %}

{#- The last month this list pays: the payout month, or later when months are paid together (Tết). -#}
{% macro last_month() -%}
    {{ this_month() | int + var('months_together', 1) | int - 1 }}
{%- endmacro %}

{#- A limit of seed benefit_rules. -#}
{% macro limit_of(rule_code) -%}
    (select rules.whole_number from {{ ref('benefit_rules') }} as rules where rules.rule_code = '{{ rule_code }}')
{%- endmacro %}

{#- Instructions that moved no money, and those whose money is still with us. -#}
{% macro failed_states() -%} ('rejected', 'returned', 'cancelled') {%- endmacro %}
{% macro uncollected_states() -%} ('uncollected', 'carried') {%- endmacro %}
