{#- Composed letters without what no eye sees: NFC, Ð as Đ, hard spaces as spaces, zero-width characters gone. -#}
{% macro nfc(expression) -%}
    translate(normalize({{ expression }}, NFC), U&'\00a0\202f\00d0\00f0\0189\feff\200b\200c\200d', U&'  \0110\0111\0110')
{%- endmacro %}

{#- Vietnamese text without tones: lower case, Đ→d, single spaces. Same as ansinh.identity.names.fold. -#}
{% macro fold(expression) -%}
    btrim(regexp_replace(regexp_replace(
        translate(normalize(lower({{ nfc(expression) }}), NFD), 'đ', 'd'), '[\u0300-\u036f]', '', 'g'
    ), '\s+', ' ', 'g'))
{%- endmacro %}

{#- Tone-full comparison form of a name: NFC, lower case, single spaces, nothing but letters. -#}
{% macro name_exact(expression) -%}
    btrim(regexp_replace(lower({{ no_apostrophes(nfc(expression)) }}), '[^[:alpha:]]+', ' ', 'g'))
{%- endmacro %}

{#- K'Brăm and KBrăm are one name. -#}
{% macro no_apostrophes(expression) -%} translate({{ expression }}, '''’ʼ‘`´', '') {%- endmacro %}

{#- Comparison key of a name: folded, letters and single spaces only. -#}
{% macro name_key(expression) -%}
    btrim(regexp_replace({{ no_apostrophes(fold(expression)) }}, '[^a-z]+', ' ', 'g'))
{%- endmacro %}

{#- True when a text carries at least one Vietnamese mark (so "no tones" is a habit of the sender, not a different name). -#}
{% macro has_tones(expression) -%}
    ({{ name_exact(expression) }} <> {{ name_key(expression) }})
{%- endmacro %}

{#- Digits only; empty becomes null. -#}
{% macro digits(expression) -%}
    nullif(translate({{ expression }}, translate({{ expression }}, '0123456789', ''), ''), '')
{%- endmacro %}

{#- Not a filler: 000000000, 111111111, 123456789 and the like identify nobody. -#}
{% macro is_real_number(expression) -%}
    coalesce(
        not (length({{ expression }}) > 1 and {{ expression }} = repeat(left({{ expression }}, 1), length({{ expression }})))
        and position({{ expression }} in '01234567890123456789') = 0
        and position({{ expression }} in '98765432109876543210') = 0
        {%- for digit in range(10) %}
        and position('{{ digit ~ '' }}{{ (digit ~ '') * 6 }}' in {{ expression }}) = 0
        {%- endfor %}, false
    )
{%- endmacro %}
