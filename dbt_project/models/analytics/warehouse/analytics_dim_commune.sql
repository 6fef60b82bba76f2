{{ config(alias='dim_commune') }}

select * from {{ ref('dim_commune') }}
