-- What arrived, exactly as it arrived. Append-only: nothing here is updated but a workbook's own status.
create schema if not exists raw;
create schema if not exists ops;

create table raw.commune__workbooks (
    workbook_id text primary key,            -- derived from (commune_code, sha256, file_name)
    commune_code text not null,
    period text not null,
    file_name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    received_at timestamptz not null,        -- when the sender put it there
    collected_at timestamptz not null default now(),
    kind text check (kind in ('first', 'supplement', 'correction', 'full_resend')),
    kind_reason text,
    status text not null check (status in ('accepted', 'partly', 'rejected', 'held', 'superseded', 'duplicate')),
    reject_code text,
    row_count integer not null default 0,
    detected_encoding text,
    declared_total_vnd bigint,
    read_total_vnd bigint,
    is_late boolean not null default false,
    layout jsonb,                            -- which header stood where and what it was taken for
    answer_file_name text,
    answered_at timestamptz
);
create index on raw.commune__workbooks (period, commune_code);
create index on raw.commune__workbooks (sha256);

create table raw.commune__rows (
    row_id text primary key,                 -- derived from (workbook sha256, commune, sheet, row_number)
    workbook_id text not null references raw.commune__workbooks,
    sheet text not null,
    row_number integer not null,             -- the row Excel shows, from 1; the line of a text file
    cells jsonb not null                     -- {"A": "1", "B": "NguyÔn V¨n Tµi", …}: the sender's own text
);
create index on raw.commune__rows (workbook_id);

-- How each row was understood (decoded, typed). One reading a row; the sender's text stays above.
create table raw.commune__readings (
    row_id text primary key references raw.commune__rows,
    workbook_id text not null references raw.commune__workbooks,
    commune_code text not null,
    period text not null,
    sheet text not null,
    row_number integer not null,
    is_blocked boolean not null,             -- a block problem: stays here and in ops.row_problem, not in staging
    row_key text not null,                   -- what a later correction of the same line must share (ruling: row key)
    full_name text,
    id_number text,
    id_type text check (id_type in ('cccd', 'cmnd')),
    old_cmnd text,
    birth_date date,
    birth_year smallint,
    birth_month smallint,
    birth_date_precision text check (birth_date_precision in ('day', 'month', 'year')),
    sex text check (sex in ('male', 'female')),
    programme_code text,
    entitlement_code text,
    group_is_unsure boolean not null default false,
    coefficient numeric(6, 2),
    amount_vnd bigint,
    declared_arrears_vnd bigint,
    bank_bin text,
    account_number text,
    account_name text,
    payment_channel text check (payment_channel in ('bank', 'cash', 'home', 'wallet')),
    channel_is_inferred boolean not null default false,
    payee_name text,
    payee_id_number text,
    payee_relation text,
    mandate_until date,
    phone text,
    hamlet text,
    address text,
    decided_on date,
    entitled_from text,                      -- 'YYYY-MM'
    certified_on date,
    children_count smallint,
    subject_id_number text,
    moved_from text,
    note text
);
create index on raw.commune__readings (period, commune_code);
create index on raw.commune__readings (workbook_id);

-- Rows a later workbook replaced or withdrew. A row is live when it is not here and not blocked.
create table raw.commune__retired_rows (
    row_id text primary key references raw.commune__rows,
    retired_by_workbook_id text not null references raw.commune__workbooks,
    replaced_by_row_id text references raw.commune__rows,   -- null: withdrawn, nothing took its place
    reason text not null check (reason in ('corrected', 'resent', 'withdrawn')),
    retired_at timestamptz not null default now()
);

-- Who changed what between two rounds of a commune: one line a changed field of a replaced row.
create view raw.commune__round_changes as
select n.period, n.commune_code, t.retired_by_workbook_id as workbook_id, t.reason,
    t.row_id as old_row_id, t.replaced_by_row_id as new_row_id,
    field.key as column_name, to_jsonb(o) ->> field.key as value_before, field.value as value_after
from raw.commune__retired_rows t
join raw.commune__readings o on o.row_id = t.row_id
join raw.commune__readings n on n.row_id = t.replaced_by_row_id
cross join lateral jsonb_each_text(to_jsonb(n) - '{row_id,workbook_id,commune_code,period,sheet,row_number,row_key}'::text[]) field
where to_jsonb(o) ->> field.key is distinct from field.value;

-- The column mapping a commune used and that worked.
create table ops.commune_layout (
    commune_code text not null,
    header_key text not null,                -- folded header texts of the sheet
    mapping jsonb not null,
    confirmed_by text,
    seen_at timestamptz not null default now(),
    primary key (commune_code, header_key)
);

create table ops.row_problem (
    problem_id bigint generated always as identity primary key,
    workbook_id text not null references raw.commune__workbooks,
    row_id text,
    sheet text not null default '',
    row_number integer,                      -- null: about the whole workbook
    column_name text,                        -- canonical field, e.g. id_number
    cell text,                               -- e.g. E8
    code text not null,                      -- expectations/catalogue.yml
    severity text not null check (severity in ('block', 'look', 'note')),
    owner text not null,                     -- commune | province | system
    params jsonb not null default '{}'       -- values the sentence is filled with
);
create index on ops.row_problem (workbook_id);
create index on ops.row_problem (code);

create table raw.national_id__files (
    file_id text primary key,                -- derived from sha256
    file_name text not null,
    sha256 text not null unique,
    kind text not null check (kind in ('full', 'delta')),
    status text not null check (status in ('accepted', 'partly', 'rejected')),
    reject_code text,
    records integer not null default 0,
    bad_lines integer not null default 0,
    collected_at timestamptz not null default now()
);

create table raw.national_id__records (
    record_id bigint generated always as identity primary key,
    file_id text not null references raw.national_id__files,
    line_number integer not null,
    so_dinh_danh text,
    so_cmnd text,
    ho_va_ten text,
    ngay_thang_nam_sinh text,                -- YYYYMMDD, null when only the year is known
    nam_sinh text,
    gioi_tinh text,                          -- 1 nam, 2 nữ
    ma_phuong_xa text,
    thuong_tru text,
    trang_thai text,                         -- song, chet, mat_tich, huy
    ngay_chet text,
    tai_khoan_bin text,
    tai_khoan_so text,
    tai_khoan_ten text,
    cap_nhat_luc timestamptz not null
);
create index on raw.national_id__records (so_dinh_danh, cap_nhat_luc desc);

create table ops.feed_problem (
    file_id text not null references raw.national_id__files,
    line_number integer not null,
    code text not null,
    primary key (file_id, line_number, code)
);
