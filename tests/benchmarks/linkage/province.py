"""A province of any size in `raw.*`: generated inside PostgreSQL, the same for the same number of rows.

Every choice is a hash of (person, row, what is chosen), so no row depends on how many others there are.
Row ids begin with `<person>.<copy>.`: whoever reads them knows who is who.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

SURNAMES = [
    ("Nguyễn", 384), ("Trần", 121), ("Lê", 95), ("Phạm", 70), ("Huỳnh", 51), ("Phan", 45), ("Vũ", 39), ("Đặng", 21), ("Bùi", 20), ("Đỗ", 14),
    ("Hồ", 13), ("Ngô", 13), ("Dương", 10), ("Lý", 5), ("Võ", 30), ("Đinh", 6), ("Trương", 12), ("Mai", 5), ("Lâm", 5), ("Cao", 5), ("Hà", 5),
    ("Châu", 3), ("Tạ", 3), ("Thái", 3), ("Lưu", 4), ("Tô", 3), ("Kiều", 2), ("Quách", 2), ("Tăng", 2), ("Thạch", 2), ("La", 1), ("Từ", 1),
]  # fmt: skip
MIDDLES = [
    ("Văn", 300, "m"), ("Thị", 520, "f"), ("Ngọc", 70, "mf"), ("Minh", 40, "mf"), ("Thanh", 50, "mf"), ("Hữu", 40, "m"), ("Đức", 35, "m"),
    ("Quang", 30, "m"), ("Công", 20, "m"), ("Đình", 18, "m"), ("Xuân", 25, "mf"), ("Bá", 9, "m"), ("Quốc", 20, "m"), ("Kim", 40, "f"),
    ("Hồng", 35, "mf"), ("Thu", 20, "f"), ("Mỹ", 14, "f"), ("Bích", 12, "f"), ("Thị Ngọc", 30, "f"), ("Thị Kim", 25, "f"), ("Thị Thu", 22, "f"),
    ("Hoàng", 20, "mf"), ("Tấn", 12, "m"), ("Trọng", 9, "m"), ("Phước", 9, "m"), ("Tuyết", 8, "f"), ("Thế", 8, "m"), ("Duy", 9, "m"), ("", 60, "mf"),
]  # fmt: skip
_GIVEN = {
    "m": "An Bình Bảo Cường Chiến Chính Công Cảnh Danh Dũng Duy Đạt Đông Đức Giang Hải Hậu Hiếu Hiệp Hòa Hoàng Hùng Hưng Huy Khang Khánh Khoa Kiên "
    "Lâm Lân Liêm Lộc Long Luân Lực Lượng Mạnh Minh Nam Năm Nghĩa Nguyên Nhân Nhật Phát Phi Phong Phú Phúc Phước Quân Quang Quý Rạng Sang Sáu Sinh "
    "Sơn Sự Tài Tám Tâm Tân Tấn Thái Thắng Thanh Thành Thạnh Thảo Thịnh Thọ Thông Thuận Tiến Tín Tính Toàn Toản Trí Trọng Trung Trực Tú Tuấn Tùng "
    "Tuyên Tư Út Văn Việt Vinh Vũ Vương Xuân Ý Bảy Chín Hai Ba",
    "f": "An Ánh Ba Bảy Bé Bích Bông Bưởi Cam Châu Chi Chín Cúc Diễm Diệp Diệu Dung Duyên Đào Điệp Giang Hà Hai Hân Hạnh Hằng Hiền Hiếu Hoa Hòa Hồng "
    "Hợp Huệ Huyền Hương Hường Khánh Lài Lam Lan Lành Lê Liên Liễu Linh Loan Lý Mai Mận Mây Mỹ Năm Nga Ngà Ngân Ngọc Nguyệt Nhàn Nhi Nhung Nương "
    "Oanh Phấn Phương Phượng Quyên Quế Quỳnh Sáu Sen Sương Tám Thanh Thảo Thắm Thiện Thoa Thơ Thơm Thu Thúy Thùy Thủy Thương Tím Trà Trâm Trang "
    "Trinh Trúc Tư Tươi Tuyết Út Uyên Vân Vy Xuân Xuyến Yên Yến",
}
_PREFIXES = ["074", "079", "075", "001", "038", "052", "072", "070", "060", "077", "080", "082"]
PEOPLE_OF_ROWS = 1 / 1.088  # 8 % of people are listed twice, a tenth of those three times

_FUNCTIONS = """
create or replace function pg_temp.chance(who bigint, what bigint) returns float8 language sql immutable parallel safe as
    $$ select (hashint8extended(who, what) & 9007199254740991) / 9007199254740992.0 $$;
create or replace function pg_temp.drawn(who bigint, what bigint, words text[], bounds float8[]) returns text language sql immutable parallel safe as
    $$ select words[1 + width_bucket(pg_temp.chance(who, what) * bounds[array_length(bounds, 1)], bounds)] $$;
create or replace function pg_temp.digits(who bigint, what bigint, length int) returns text language sql immutable parallel safe as
    $$ select lpad(((hashint8extended(who, what) & 9007199254740991) % (10 ^ length)::bigint)::text, length, '0') $$;
"""

# `home`: one family in sixteen shares its door, phone and account with the person before.
_CITIZENS = """
create unlogged table if not exists public.bench_citizen (n bigint, sex text, born date, knows_day boolean, name text, cccd text, cmnd text,
    commune text, hamlet text, phone text, account text, code int);
truncate public.bench_citizen;
insert into public.bench_citizen
select n, sex, born, not (born < '1966-01-01' and pg_temp.chance(n, 5) < 0.4),
    concat_ws(' ', pg_temp.drawn(n, 6, %(surnames)s::text[], %(surname_bounds)s::float8[]),
        nullif(case sex when 'male' then pg_temp.drawn(n, 7, %(middles_m)s::text[], %(middle_bounds_m)s::float8[])
            else pg_temp.drawn(n, 7, %(middles_f)s::text[], %(middle_bounds_f)s::float8[]) end, ''),
        case sex when 'male' then (%(given_m)s::text[])[1 + floor(power(pg_temp.chance(n, 8), 1.5) * array_length(%(given_m)s::text[], 1))::int]
            else (%(given_f)s::text[])[1 + floor(power(pg_temp.chance(n, 8), 1.5) * array_length(%(given_f)s::text[], 1))::int] end),
    (%(prefixes)s::text[])[1 + floor(power(pg_temp.chance(n, 9), 3) * array_length(%(prefixes)s::text[], 1))::int]
        || (case when born < '2000-01-01' then 0 else 2 end + case sex when 'female' then 1 else 0 end) || to_char(born, 'YY') || pg_temp.digits(n, 10, 6),
    case when born < '2005-01-01' and pg_temp.chance(n, 11) < 0.8 then '2' || pg_temp.digits(n, 12, 8) end,
    (25000 + 3 * floor(pg_temp.chance(home, 13) * %(communes)s))::int::text, 'Ấp ' || 1 + floor(pg_temp.chance(home, 14) * 8),
    case when pg_temp.chance(home, 15) < 0.6 then '09' || pg_temp.digits(home, 16, 8) end,
    case when pg_temp.chance(home, 17) < 0.5 then '0' || pg_temp.digits(home, 18, 12) end,
    1 + floor(pg_temp.chance(n, 19) * 5)::int
from (
    select n, case when n %% 16 = 0 then n - 1 else n end as home, case when pg_temp.chance(n, 1) < 0.5 then 'male' else 'female' end as sex,
        date '1926-01-01' + floor(case when pg_temp.chance(n, 2) < 0.7 then pg_temp.chance(n, 3) * 14600 else 14600 + pg_temp.chance(n, 3) * 21000 end)::int as born
    from generate_series(%(first)s::bigint, %(last)s) as n
) as drawn
"""

# k: a second line of the same person is typed twice as carelessly. `round`: another month, typed anew where it differs.
_ROWS = """
insert into raw.commune__readings (row_id, workbook_id, commune_code, period, sheet, row_number, is_blocked, row_key, full_name, id_number, id_type,
    birth_date, birth_year, birth_month, birth_date_precision, sex, programme_code, entitlement_code, amount_vnd, bank_bin, account_number,
    account_name, payment_channel, phone, hamlet, moved_from)
with line as (
    select c.*, copy, c.n * 8 + copy as r, case copy when 0 then 1 else 2 end as k
    from public.bench_citizen c
    cross join lateral generate_series(0, case when pg_temp.chance(c.n, 30) >= 0.08 then 0 when pg_temp.chance(c.n, 31) >= 0.1 then 1 else 2 end) as copy
    where c.n between %(first)s and %(last)s
),
place as (
    select line.*, copy > 0 and pg_temp.chance(r, 32) < 0.3 as moved,
        case when copy > 0 and pg_temp.chance(r, 32) < 0.3 then (25000 + 3 * floor(pg_temp.chance(r, 33) * %(communes)s))::int::text else commune end as listed_in,
        knows_day and pg_temp.chance(r, 34) >= 0.06 * k as day_told,
        case when pg_temp.chance(r, 35) < 0.02 * k and extract(day from born) <= 12
            then make_date(extract(year from born)::int, extract(day from born)::int, extract(month from born)::int)
            when pg_temp.chance(r, 36) < 0.02 * k then born + 1 + floor(pg_temp.chance(r, 37) * 400)::int else born end as typed_born,
        pg_temp.chance(r, 38) as number_drawn, pg_temp.chance(r, 39) as slip
    from line
),
named as (
    select place.*, case when pg_temp.chance(r, 40) < 0.04 * k and name like '%% %% %%' then regexp_replace(name, ' \\S+', '')
        when pg_temp.chance(r, 41) < 0.03 * k then overlay(name placing substr('aeiouhgntmcl', 1 + (r %% 12)::int, 1) from 2 + (r %% (length(name) - 2))::int for 1)
        else name end as typed_name
    from place
)
select n || '.' || copy || '.' || substr(md5(r || %(period)s), 1, 24), 'W' || %(period)s || '-' || listed_in, listed_in, %(period)s, 'DS', (6 + n)::int, false,
    r::text, case when pg_temp.chance(r, 43) < 0.3 then upper(toned) else toned end, number, case length(number) when 12 then 'cccd' when 9 then 'cmnd' end,
    case when day_told then typed_born end, extract(year from typed_born), case when day_told then extract(month from typed_born) end,
    case when day_told then 'day' else 'year' end, case when pg_temp.chance(r, 44) >= 0.1 then sex end,
    (array['BTXH', 'BTXH', 'BTXH', 'HTXH', 'NCC'])[code], (array['5.6_n', '5.5a_60_80', '5.6_dbn', 'HTXH', 'NCC_TB'])[code],
    (array[810000, 810000, 1080000, 540000, 2500000])[code], case when paid_to is not null then '970405' end, paid_to, null,
    case when paid_to is null then 'cash' else 'bank' end,
    case when pg_temp.chance(r, 46) < 0.01 then '0900000000' when pg_temp.chance(r, 47) < 0.3 then null else phone end,
    case when moved or pg_temp.chance(r, 48) < 0.1 then null else hamlet end, case when moved and pg_temp.chance(r, 49) < 0.4 then commune end
from (
    select named.*,
        case when pg_temp.chance(r, 42) < 0.12
            then translate(regexp_replace(normalize(typed_name, NFD), '[\\u0300-\\u036f]', '', 'g'), 'đĐ', 'dD') else typed_name end as toned,
        case when number_drawn < 0.15 * k then null when number_drawn < 0.15 * k + 0.1 and cmnd is not null then cmnd
            when number_drawn > 0.996 then '079000000001'
            when slip < 0.015 * k then overlay(cccd placing (((substr(cccd, 9, 1))::int + 1 + (r %% 9)) %% 10)::text from 9 for 1)
            else cccd end as number,
        case when pg_temp.chance(r, 45) >= 0.2 then account end as paid_to
    from named
) as typed
"""

_BOOKS = """
insert into raw.commune__workbooks (workbook_id, commune_code, period, file_name, sha256, size_bytes, received_at, kind, status, row_count)
select workbook_id, commune_code, period, workbook_id || '.xlsx', workbook_id, 1, '2026-10-20T08:00:00+07:00', 'first', 'accepted', count(*)
from raw.commune__readings where period = %(period)s group by 1, 2, 3
"""

_REGISTER = """
insert into raw.national_id__records (file_id, line_number, so_dinh_danh, so_cmnd, ho_va_ten, ngay_thang_nam_sinh, nam_sinh, gioi_tinh, ma_phuong_xa,
    trang_thai, tai_khoan_bin, tai_khoan_so, cap_nhat_luc)
select %(file)s, n, cccd, case when pg_temp.chance(n, 60) < 0.7 then cmnd end, name,
    case when knows_day or pg_temp.chance(n, 61) < 0.4 then to_char(born, 'YYYYMMDD') end, extract(year from born),
    case sex when 'male' then '1' else '2' end, commune, case when pg_temp.chance(n, 62) < 0.02 then 'chet' else 'song' end,
    case when account is not null then '970405' end, case when pg_temp.chance(n, 63) < 0.2 then account end, %(at)s
from public.bench_citizen where n between %(first)s and %(last)s and pg_temp.chance(n, 64) < 0.97
"""


# The month after: one person in a hundred left, one line in a hundred is typed differently.
_LATER_ROWS = """
insert into raw.commune__readings (row_id, workbook_id, commune_code, period, sheet, row_number, is_blocked, row_key, full_name, id_number, id_type,
    birth_date, birth_year, birth_month, birth_date_precision, sex, programme_code, entitlement_code, amount_vnd, bank_bin, account_number,
    account_name, payment_channel, phone, hamlet, moved_from)
select n || '.' || split_part(row_id, '.', 2) || '.' || substr(md5(row_key || %(period)s), 1, 24), 'W' || %(period)s || '-' || commune_code,
    commune_code, %(period)s, sheet, row_number, false, row_key, case when drawn < 0.004 then upper(normalize(full_name, NFD)) || ' Em' else full_name end,
    case when drawn < 0.007 and drawn >= 0.004 then null else id_number end, case when drawn < 0.007 and drawn >= 0.004 then null else id_type end,
    birth_date, birth_year, birth_month, birth_date_precision, sex, programme_code, entitlement_code, amount_vnd, bank_bin,
    case when drawn < 0.01 and drawn >= 0.007 then '9' || account_number else account_number end, account_name, payment_channel, phone, hamlet, moved_from
from (
    select *, split_part(row_id, '.', 1)::bigint as n, pg_temp.chance(hashtextextended(row_id, 0), 70) as drawn
    from raw.commune__readings where period = %(before)s
) as earlier
where pg_temp.chance(n, 71) >= 0.01
"""
_LATER_REGISTER = """
insert into raw.national_id__records (file_id, line_number, so_dinh_danh, so_cmnd, ho_va_ten, ngay_thang_nam_sinh, nam_sinh, gioi_tinh, ma_phuong_xa,
    trang_thai, tai_khoan_bin, tai_khoan_so, cap_nhat_luc)
select %(file)s, 10000000 + line_number, so_dinh_danh, so_cmnd, case when line_number %% 2 = 0 then ho_va_ten || ' Em' else ho_va_ten end,
    ngay_thang_nam_sinh, nam_sinh, gioi_tinh, ma_phuong_xa, case when line_number %% 2 = 1 then 'chet' else trang_thai end, tai_khoan_bin, tai_khoan_so, %(at)s
from raw.national_id__records where file_id = 'F1' and pg_temp.chance(line_number, 72) < 0.01
"""


def _bounds(weights: list[int]) -> list[float]:
    return [float(bound) for bound in accumulate(weights)]


def _words(rows: int) -> dict[str, Any]:
    given: dict[str, Any] = {"surnames": [word for word, _ in SURNAMES], "surname_bounds": _bounds([weight for _, weight in SURNAMES])}
    for sex in "mf":
        chosen = [(word, weight) for word, weight, whose in MIDDLES if sex in whose]
        given |= {f"middles_{sex}": [word for word, _ in chosen], f"middle_bounds_{sex}": _bounds([weight for _, weight in chosen])}
        given[f"given_{sex}"] = _GIVEN[sex].split()
    return given | {"prefixes": _PREFIXES, "communes": max(3, rows // 1000)}


def write(connection: Connection, rows: int, period: str) -> int:
    """Write about `rows` list rows of one month and the register; returns how many rows. About 60 s a million."""
    people = max(20, round(rows * PEOPLE_OF_ROWS))
    given = {**_words(rows), "first": 1, "last": people, "period": period, "file": "F1", "at": "2026-10-20T08:00:00+07:00"}
    return _write(connection, given, [_CITIZENS, _ROWS, _BOOKS, _REGISTER])


def write_later(connection: Connection, rows: int, before: str, period: str) -> int:
    """The month after: of a hundred people one left, one is new, one line is typed differently, one registered person changed."""
    people = max(20, round(rows * PEOPLE_OF_ROWS))
    given = {**_words(rows), "first": people + 1, "last": people + people // 100, "period": period, "before": before, "file": "F2"}
    return _write(
        connection, {**given, "at": "2026-11-20T08:00:00+07:00"}, [_CITIZENS, _ROWS, _LATER_ROWS, _BOOKS, _REGISTER, _LATER_REGISTER]
    )


def _write(connection: Connection, given: dict[str, Any], statements: list[str]) -> int:
    connection.execute("set session_replication_role = replica")  # the rows' own cells are not written, only what was read in them
    connection.execute(_FUNCTIONS)
    with psycopg.ClientCursor(connection) as cursor:
        for statement in statements:
            cursor.execute(statement, given)
        cursor.execute(
            "insert into raw.national_id__files (file_id, file_name, sha256, kind, status) values (%s, %s, %s, 'full', 'accepted')",
            [given["file"]] * 3,
        )
    connection.execute("set session_replication_role = origin")
    found = connection.execute("select count(*) from raw.commune__readings where period = %s", (given["period"],)).fetchone()
    return int(found[0]) if found else 0
