-- Double entry: each transaction sums to zero when it commits; what is written stays written.
create function ops.guard_balance() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
begin
    if (select sum(e.amount_vnd) from ledger_entry e where e.transaction_id = new.transaction_id) <> 0 then
        raise exception 'UNBALANCED: ledger transaction % does not sum to zero', new.transaction_id using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger balanced after insert on ops.ledger_entry deferrable initially deferred
    for each row execute function ops.guard_balance();
create trigger kept before update or delete or truncate on ops.ledger_entry for each statement execute function ops.refuse('APPEND_ONLY');
create trigger kept before update or delete or truncate on ops.instruction_event for each statement execute function ops.refuse('APPEND_ONLY');

-- The audit trail: each event carries the hash of the one before. Python recomputes the same text (payment/audit.py).
create function ops.audit_text(prev_hash text, seq bigint, at timestamptz, actor text, event text, body jsonb) returns text
language sql stable as $$
    select prev_hash || seq || '|' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|' || actor || '|' || event || '|' || body::text
$$;
create function ops.chain_audit() returns trigger language plpgsql security definer set search_path = ops, pg_temp as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtext('ops.audit_event'));   -- one writer at a time until it commits
    select e.seq, e.hash into last from audit_event e order by e.seq desc limit 1;
    new.seq := coalesce(last.seq, 0) + 1;
    new.prev_hash := coalesce(last.hash, repeat('0', 64));
    new.at := coalesce(new.at, clock_timestamp());
    new.hash := encode(sha256(convert_to(ops.audit_text(new.prev_hash, new.seq, new.at, new.actor, new.event, new.body), 'UTF8')), 'hex');
    return new;
end $$;
create trigger chain before insert on ops.audit_event for each row execute function ops.chain_audit();
create trigger kept before update or delete or truncate on ops.audit_event for each statement execute function ops.refuse('APPEND_ONLY');
