-- Filling `raw` was mostly the price of looking up three parents a row and of indexes nobody asks.
-- What the foreign keys promised is promised here once a statement: a row has its workbook, a reading has its row.
alter table raw.commune__rows drop constraint commune__rows_workbook_id_fkey;
alter table raw.commune__readings drop constraint commune__readings_row_id_fkey;
alter table raw.commune__readings drop constraint commune__readings_workbook_id_fkey;
drop index raw.commune__rows_workbook_id_idx;                   -- rows of a workbook are found through its readings
drop index raw.commune__readings_period_commune_code_idx;       -- and those through the workbooks of a commune and period

create function raw.rows_have_their_workbook() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select distinct workbook_id from arrived) a
        where not exists (select from raw.commune__workbooks w where w.workbook_id = a.workbook_id)
    ) then
        raise foreign_key_violation using message = 'a row of raw.commune__rows has no workbook';
    end if;
    return null;
end $$;

-- The planner does not know how many rows a COPY brings: it must not read the whole table for three hundred.
create function raw.readings_have_their_row() returns trigger language plpgsql
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
    if exists (
        select from arrived a
        where not exists (select from raw.commune__rows r where r.row_id = a.row_id and r.workbook_id = a.workbook_id)
    ) then
        raise foreign_key_violation using message = 'a row of raw.commune__readings has no row in raw.commune__rows';
    end if;
    return null;
end $$;

create function raw.nothing_is_left_behind() returns trigger language plpgsql as $$
begin
    if tg_table_name = 'commune__workbooks' then
        if exists (select from raw.commune__readings r join gone using (workbook_id)) then
            raise foreign_key_violation using message = 'a workbook with readings stays';
        end if;
    elsif exists (select from raw.commune__readings r join gone using (row_id)) then
        raise foreign_key_violation using message = 'a row with a reading stays';
    end if;
    return null;
end $$;

create trigger has_workbook after insert on raw.commune__rows
    referencing new table as arrived for each statement execute function raw.rows_have_their_workbook();
create trigger has_row after insert on raw.commune__readings
    referencing new table as arrived for each statement execute function raw.readings_have_their_row();
create trigger stays after delete on raw.commune__workbooks
    referencing old table as gone for each statement execute function raw.nothing_is_left_behind();
create trigger stays after delete on raw.commune__rows
    referencing old table as gone for each statement execute function raw.nothing_is_left_behind();
