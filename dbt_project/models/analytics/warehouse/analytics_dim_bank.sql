{{ config(alias='dim_bank') }}

select * from {{ ref('dim_bank') }}
