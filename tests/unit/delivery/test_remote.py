"""The SFTP connection and the three things done over it, against the real embedded server."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest
from ansinh.core import remote, remote_files
from ansinh.core.errors import PartnerUnavailable, UsageError
from ansinh.local import sftp
from ansinh.local.child import running

from tests.support.sftp import sftp_server

__all__ = ["sftp_server"]


@pytest.fixture
def bank(tmp_path, sftp_server):
    sftp_server(tmp_path)
    return remote.endpoint("ansinh_bank")


def _file(tmp_path: Path, size: int) -> Path:
    path = tmp_path / "payment.xml"
    path.write_bytes(os.urandom(size))
    return path


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("size", [0, 1, remote_files.CHUNK, remote_files.CHUNK + 1, 3_000_000])
def test_a_file_arrives_whole_under_its_final_name(bank, tmp_path, size):
    source = _file(tmp_path, size)
    with remote.open_sftp(bank) as connection:
        put = remote_files.put_atomic(connection, source, "inbox", "a.xml")
        listed = remote_files.list_files(connection, "inbox")
        got = remote_files.fetch(connection, "inbox/a.xml", tmp_path / "back.xml")
    assert put == got == remote_files.Fetched(size, hashlib.sha256(source.read_bytes()).hexdigest())
    assert [(file.name, file.size) for file in listed] == [("a.xml", size)]
    assert _names(tmp_path / "sftp/bank/inbox") == ["a.xml"]
    assert (tmp_path / "back.xml").read_bytes() == source.read_bytes()


def test_a_second_file_of_the_same_name_never_overwrites_the_first(bank, tmp_path):
    first = _file(tmp_path, 1000)
    content = first.read_bytes()
    with remote.open_sftp(bank) as connection:
        remote_files.put_atomic(connection, first, "inbox", "a.xml")
        with pytest.raises(remote_files.NameTaken):
            remote_files.put_atomic(connection, _file(tmp_path, 2000), "inbox", "a.xml", mark="2")
    assert _names(tmp_path / "sftp/bank/inbox") == ["a.xml"]
    assert (tmp_path / "sftp/bank/inbox/a.xml").read_bytes() == content


def test_the_hidden_file_of_another_attempt_is_left_alone(bank, tmp_path):
    hidden = tmp_path / "sftp/bank/inbox" / remote_files.temporary_name("a.xml", "1")
    hidden.write_bytes(b"somebody is writing")
    with remote.open_sftp(bank) as connection, pytest.raises(PartnerUnavailable):
        remote_files.put_atomic(connection, _file(tmp_path, 10), "inbox", "a.xml", mark="1")
    assert hidden.read_bytes() == b"somebody is writing"


def test_unfinished_files_folders_and_hidden_files_are_not_listed(bank, tmp_path):
    inbox = tmp_path / "sftp/bank/inbox"
    for name in ("done.xml", ".done.xml.1.tmp", "half.xml.part", "~$list.xlsx"):
        (inbox / name).write_text("x")
    (inbox / "processed").mkdir()
    with remote.open_sftp(bank) as connection:
        assert [file.name for file in remote_files.list_files(connection, "inbox")] == ["done.xml"]
        assert remote_files.list_files(connection, "nowhere") == []
        assert remote_files.list_folders(connection) == ["inbox", "outbox"]
        with pytest.raises(FileNotFoundError):
            remote_files.list_files(connection, "nowhere", missing_ok=False)


def test_a_fetch_beyond_the_limit_leaves_nothing_behind(bank, tmp_path):
    (tmp_path / "sftp/bank/outbox/big").write_bytes(b"x" * 100)
    (tmp_path / "here").mkdir()
    with remote.open_sftp(bank) as connection, pytest.raises(ValueError, match="100 bytes"):
        remote_files.fetch(connection, "outbox/big", tmp_path / "here/big", at_most=99)
    assert _names(tmp_path / "here") == []


def test_another_host_key_is_refused_before_anything_is_sent(bank):
    stranger = sftp.asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(remote.HostKeyChanged), remote.open_sftp(bank.model_copy(update={"host_key": stranger})):
        pass


def test_a_key_of_another_partner_opens_no_door(bank):
    communes = remote.endpoint("ansinh_communes")
    with pytest.raises(PartnerUnavailable), remote.open_sftp(bank.model_copy(update={"key_file": communes.key_file})):
        pass


def test_a_partner_that_is_down_is_said_to_be_unavailable(bank, tmp_path):
    sftp.stop(tmp_path)
    with pytest.raises(PartnerUnavailable) as refused, remote.open_sftp(bank):
        pass
    assert refused.value.exit_code == 4


def test_a_user_cannot_leave_its_folder(bank, tmp_path):
    (tmp_path / "secret").write_text("x")
    with remote.open_sftp(bank) as connection:
        for path in ("../../secret", "/../secret", "/etc/passwd"):
            with pytest.raises(FileNotFoundError):
                connection.stat(path)
        with pytest.raises(OSError, match="not offered"):
            connection.symlink("/etc", "inbox/etc")


def test_a_missing_or_broken_description_is_a_usage_error(monkeypatch, tmp_path):
    monkeypatch.setenv("ANSINH_HOME", str(tmp_path))
    monkeypatch.delenv(remote.variable("ansinh_bank"), raising=False)
    with pytest.raises(UsageError):
        remote.endpoint("ansinh_bank")
    monkeypatch.setenv(remote.variable("ansinh_bank"), '{"host": 1}')
    with pytest.raises(UsageError):
        remote.endpoint("ansinh_bank")


def test_keys_are_private_and_starting_twice_is_one_server(tmp_path, sftp_server):
    first = sftp_server(tmp_path)
    keys = list((tmp_path / "run/keys").glob("*_ed25519"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert sftp.start(tmp_path) == first
    sftp.stop(tmp_path)
    assert running(tmp_path, "sftp") is None
