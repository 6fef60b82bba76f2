{{ config(alias='fct_submission') }}

select * from {{ ref('fct_submission') }}
