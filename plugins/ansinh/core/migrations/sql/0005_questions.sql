-- A question about a workbook is answered by a person once: how its columns are to be read, and that it is to be read again.
alter table ops.commune_layout
    add column reason text,
    add column confirmed_at timestamptz;

alter table raw.commune__workbooks
    add column reread_requested_at timestamptz;   -- its question was answered: the next run reads the same file again

-- What a round changed is told to its sender and shown in the console.
create index on raw.commune__retired_rows (retired_by_workbook_id);
