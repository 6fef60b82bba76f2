{#- A model of the stage being built goes to <schema>_next; of any other stage, it is read where it was published. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set base = custom_schema_name if custom_schema_name else target.schema -%}
    {%- if node.resource_type in ('model', 'seed', 'snapshot') and var('stage') in node.config.get('tags', []) -%}
        {{ base | trim }}_next
    {%- else -%}
        {{ base | trim }}
    {%- endif -%}
{%- endmacro %}
