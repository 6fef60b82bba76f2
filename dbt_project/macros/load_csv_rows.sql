{#- dbt's own loader renders one placeholder per cell: 13 s for the commune lists. One JSON parameter per 5,000 rows takes under one.
    The table already has its column types, so PostgreSQL does the casting and a wrong value stops the load. -#}
{% macro postgres__load_csv_rows(model, agate_table) %}
    {%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
    {%- set statement -%}
        insert into {{ this.render() }} ({{ columns }})
        select {{ columns }} from json_populate_recordset(null::{{ this.render() }}, %s)
    {%- endset -%}
    {%- for chunk in agate_table.rows | batch(5000) -%}
        {%- set rows = [] -%}
        {%- for row in chunk -%}
            {%- set cells = {} -%}
            {%- for name in agate_table.column_names -%}
                {%- do cells.update({name: none if row[name] is none else row[name] | string}) -%}
            {%- endfor -%}
            {%- do rows.append(cells) -%}
        {%- endfor -%}
        {%- do adapter.add_query(statement, bindings=[tojson(rows)], abridge_sql_log=True) -%}
    {%- endfor -%}
    {{ return(statement) }}
{% endmacro %}
