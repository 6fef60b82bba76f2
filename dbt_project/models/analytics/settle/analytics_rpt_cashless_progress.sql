{{ config(alias='rpt_cashless_progress') }}

select * from {{ ref('rpt_cashless_progress') }}
