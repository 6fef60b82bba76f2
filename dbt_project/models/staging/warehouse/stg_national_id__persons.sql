{{ config(materialized='table', unlogged=true, indexes=[{'columns': ['id_number'], 'unique': true}], post_hook="analyze {{ this }}") }}

-- The newest record of each registered person: later cap_nhat_luc wins, then the later arrival. A record that does not tell
-- whether the person lives (the service's answers never do) says nothing of death or account: those stay as last told.
with newest as (
    select records.*
    from {{ source('raw', 'national_id__records') }} as records
    where
        so_dinh_danh is not null
        and not exists (
            select 1 from {{ source('raw', 'national_id__records') }} as later
            where
                later.so_dinh_danh = records.so_dinh_danh
                and (later.cap_nhat_luc, later.record_id) > (records.cap_nhat_luc, records.record_id)
        )
),

told as (
    select distinct on (records.so_dinh_danh)
        records.so_dinh_danh, records.trang_thai, records.ngay_chet, records.tai_khoan_bin, records.tai_khoan_so, records.tai_khoan_ten
    from {{ source('raw', 'national_id__records') }} as records
    inner join newest on records.so_dinh_danh = newest.so_dinh_danh
    where newest.trang_thai is null and records.trang_thai is not null
    order by records.so_dinh_danh asc, records.cap_nhat_luc desc, records.record_id desc
)

select
    newest.so_dinh_danh as id_number,
    {{ digits('so_cmnd') }} as cmnd,
    ho_va_ten as full_name,
    names.name_tones as name_exact,
    names.name_key,
    names.surname,
    names.middle_name,
    names.given_name,
    names.name_words,
    case when ngay_thang_nam_sinh ~ '^\d{8}$' then to_date(ngay_thang_nam_sinh, 'YYYYMMDD') end as birth_date,
    coalesce(case when nam_sinh ~ '^\d{4}$' then nam_sinh end, left(ngay_thang_nam_sinh, 4))::smallint as birth_year,
    case gioi_tinh when '1' then 'male' when '2' then 'female' end as sex,
    ma_phuong_xa as commune_code,
    case coalesce(newest.trang_thai, told.trang_thai)
        when 'song' then 'alive'
        when 'chet' then 'deceased'
        when 'mat_tich' then 'missing'
        when 'huy' then 'missing'
        else 'unknown'
    end as life_status,
    coalesce(newest.trang_thai, told.trang_thai) = 'huy' as is_cancelled,
    case
        when coalesce(newest.ngay_chet, told.ngay_chet) ~ '^\d{8}$' then to_date(coalesce(newest.ngay_chet, told.ngay_chet), 'YYYYMMDD')
    end as died_on,
    coalesce(newest.tai_khoan_bin, told.tai_khoan_bin) as bank_bin,
    coalesce(newest.tai_khoan_so, told.tai_khoan_so) as account_number,
    case when newest.tai_khoan_so is not null then newest.tai_khoan_ten else told.tai_khoan_ten end as account_name,
    cap_nhat_luc as verified_as_of
from newest
left join {{ ref('stg_names') }} as names on newest.ho_va_ten = names.full_name
left join told on newest.so_dinh_danh = told.so_dinh_danh
