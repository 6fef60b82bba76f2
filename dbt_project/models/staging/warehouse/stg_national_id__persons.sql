{{ config(materialized='table', unlogged=true, indexes=[{'columns': ['id_number'], 'unique': true}], post_hook="analyze {{ this }}") }}

-- The newest record of each registered person: later cap_nhat_luc wins, then the later arrival.
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
)

select
    so_dinh_danh as id_number,
    {{ digits('so_cmnd') }} as cmnd,
    ho_va_ten as full_name,
    names.name_tones as name_exact,
    names.name_key,
    names.surname,
    names.middle_name,
    names.given_name,
    case when ngay_thang_nam_sinh ~ '^\d{8}$' then to_date(ngay_thang_nam_sinh, 'YYYYMMDD') end as birth_date,
    coalesce(case when nam_sinh ~ '^\d{4}$' then nam_sinh end, left(ngay_thang_nam_sinh, 4))::smallint as birth_year,
    case gioi_tinh when '1' then 'male' when '2' then 'female' end as sex,
    ma_phuong_xa as commune_code,
    case trang_thai
        when 'song' then 'alive'
        when 'chet' then 'deceased'
        when 'mat_tich' then 'missing'
        when 'huy' then 'missing'
        else 'unknown'
    end as life_status,
    trang_thai = 'huy' as is_cancelled,
    case when ngay_chet ~ '^\d{8}$' then to_date(ngay_chet, 'YYYYMMDD') end as died_on,
    tai_khoan_bin as bank_bin,
    tai_khoan_so as account_number,
    tai_khoan_ten as account_name,
    cap_nhat_luc as verified_as_of
from newest
left join {{ ref('stg_names') }} as names on newest.ho_va_ten = names.full_name
