select
    workbook_id,
    commune_code,
    period,
    file_name,
    sha256,
    received_at,
    kind,
    status,
    reject_code,
    row_count,
    detected_encoding,
    declared_total_vnd,
    read_total_vnd,
    is_late
from {{ source('raw', 'commune__workbooks') }}
