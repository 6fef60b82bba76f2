-- The pay points' lists come back ticked: each file once, each word on a line with what we made of it.
create table ops.cash_return (
    cash_return_id text primary key,         -- derived from sha256: the same list twice is one
    file_name text not null,
    sha256 text not null unique,
    commune_code text,                       -- whose folder it lay in; null when an officer read it in by hand
    status text not null check (status in ('posted', 'partly', 'rejected')),
    rows integer not null default 0,
    collected integer not null default 0,    -- lines this list moved
    uncollected integer not null default 0,
    problems integer not null default 0,
    size_bytes bigint,
    modified_at timestamptz,                 -- on the server: a known name, size and time is not fetched again
    received_at timestamptz not null default now()
);

create table ops.cash_return_row (
    cash_return_id text not null references ops.cash_return,
    line_number integer not null,
    end_to_end_id text not null,
    says text not null check (says in ('collected', 'uncollected', 'unclear')),
    amount_vnd bigint,
    collected_on date,
    verdict text not null,                   -- moved | same | or why nothing was moved (see payment/cash_return.py)
    primary key (cash_return_id, line_number)
);
create index on ops.cash_return_row (end_to_end_id);

-- Which later line pays the months of a line nobody collected. Written while the later line is planned; its seal closes the earlier one.
create table ops.carried_line (
    end_to_end_id text not null references ops.payment_instruction,
    carried_by text not null references ops.payment_instruction,
    primary key (end_to_end_id, carried_by)
);
create index on ops.carried_line (carried_by);

-- Whoever makes the new list carries the old line over: one hand, one transaction with the seal.
update ops.state_transition set hand = 'ansinh_maker'
where entity = 'instruction' and from_state = 'uncollected' and to_state = 'carried';

-- No seal while the pay point could still pay out the earlier line, or has done so.
create function ops.guard_carried() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if exists (
        select from carried_line c join payment_instruction n on n.end_to_end_id = c.carried_by
        join payment_instruction o on o.end_to_end_id = c.end_to_end_id
        where n.run_id = new.run_id and n.state in ('planned', 'sealed', 'listed') and o.state <> 'carried'
    ) then
        raise exception 'CARRIED_MONEY: a line of this run pays a month whose cash list is not closed' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger carried before update on ops.payment_run for each row
    when (new.manifest_sha256 is distinct from old.manifest_sha256) execute function ops.guard_carried();

-- A link is made while its line is planned, and stays from the seal on.
create function ops.guard_carried_line() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if (select i.state from payment_instruction i where i.end_to_end_id = case tg_op when 'DELETE' then old.carried_by else new.carried_by end) <> 'planned' then
        raise exception 'SEALED_MONTHS: the months of a sealed instruction are frozen' using errcode = 'integrity_constraint_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger kept before insert or delete on ops.carried_line for each row execute function ops.guard_carried_line();
create trigger fixed before update or truncate on ops.carried_line for each statement execute function ops.refuse('SEALED_MONTHS');
create trigger kept before update or delete or truncate on ops.cash_return_row for each statement execute function ops.refuse('APPEND_ONLY');

-- Cash counts as handed out only of a run that was approved and released.
create function ops.guard_cash() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if exists (select from became n where n.state = 'collected') and exists (   -- the first test is one scan: a million lines sealed pay no join
        select from was o join became n using (end_to_end_id) join payment_run r on r.run_id = n.run_id
        where n.state = 'collected' and o.state <> 'collected' and r.state not in ('sent', 'reconciled', 'closed')
    ) then
        raise exception 'CASH_NOT_APPROVED: cash is handed out only after the run was approved and released' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger cash_released after update on ops.payment_instruction referencing old table as was new table as became
    for each statement execute function ops.guard_cash();

-- The variance book a run was planned by: last month ± causes = this list, and the run is what the list says. To the đồng, or no approval.
create table ops.run_book (
    run_id text primary key references ops.payment_run,
    last_month_vnd bigint not null,
    change_vnd bigint not null,
    list_vnd bigint not null,
    rows integer not null,
    total_vnd bigint not null
);
create function ops.guard_book() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if exists (
        select from run_book b where b.run_id = new.run_id
        and (b.last_month_vnd + b.change_vnd <> b.list_vnd or (b.rows, b.total_vnd) is distinct from (new.rows, new.total_vnd))
    ) then
        raise exception 'VARIANCE: last month and the told causes do not make this run, to the dong' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger book before update on ops.payment_run for each row
    when (new.state = 'approved' and old.state is distinct from new.state) execute function ops.guard_book();
create function ops.guard_book_kept() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if (select r.state from payment_run r where r.run_id = new.run_id) not in ('draft', 'checked', 'empty') then
        raise exception 'SEALED_RUN: the book of a sealed run is frozen' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger kept before insert or update on ops.run_book for each row execute function ops.guard_book_kept();
create trigger no_delete before delete or truncate on ops.run_book for each statement execute function ops.refuse('SEALED_RUN');

do $$
declare
    hand text;
begin
    foreach hand in array array['ansinh_maker', 'ansinh_checker', 'ansinh_sender', 'ansinh_auditor'] loop
        continue when not exists (select from pg_roles where rolname = hand);
        execute format('grant select on ops.cash_return, ops.cash_return_row, ops.carried_line, ops.run_book to %I', hand);
        if hand = 'ansinh_maker' then
            grant insert, delete on ops.carried_line to ansinh_maker;
            grant insert, update on ops.run_book to ansinh_maker;
        elsif hand = 'ansinh_sender' then
            grant insert on ops.cash_return, ops.cash_return_row to ansinh_sender;
            grant update (status, rows, collected, uncollected, problems) on ops.cash_return to ansinh_sender;
        end if;
    end loop;
end $$;
