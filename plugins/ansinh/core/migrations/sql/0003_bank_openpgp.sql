-- The encrypted form of a bank file is made once, at the seal: its name and size are kept beside its hash, and none of the three ever
-- changes afterwards. A sender that could name other bytes could send other bytes.
alter table ops.payment_file add column encrypted_file_name text unique;
alter table ops.payment_file add column encrypted_size_bytes bigint;
alter table ops.payment_file add constraint encrypted_whole
    check (num_nulls(encrypted_file_name, encrypted_sha256, encrypted_size_bytes) in (0, 3));

create trigger frozen_encrypted before update on ops.payment_file for each row
    when ((old.encrypted_file_name, old.encrypted_sha256, old.encrypted_size_bytes)
        is distinct from (new.encrypted_file_name, new.encrypted_sha256, new.encrypted_size_bytes)) execute function ops.refuse('SEALED_FILE');
