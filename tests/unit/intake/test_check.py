"""`ansinh check` and `ansinh explain`: the clerk's commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansinh.cli import main
from ansinh.intake.catalogue import catalogue, entry

CASES = Path(__file__).parents[2] / "cases" / "sheets"


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    output = capsys.readouterr()
    return int(ended.value.code or 0), output.out, output.err


def test_a_good_list_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "check", "--period", "2026-11", "--commune", "25858", str(CASES / "plain_xlsx" / "DS T11.xlsx"))
    assert code == 0
    assert "nhận đủ" in out
    assert "Loại: Danh sách đầu kỳ · kỳ 11/2026 · bảng mã chữ: Unicode" in out
    assert "B Họ và tên" in out


def test_an_open_question_is_told_with_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "check", "--period", "2026-11", str(CASES / "two_amount_columns" / "DS.xlsx"))
    assert code == 3
    assert "cột nào là «Số tiền» (amount)?" in out
    assert "H  «Số tiền»  500000 · 501000 · 502000" in out
    assert "ô :" not in out  # a row without a cell to point to


def test_json_names_the_cell_the_code_and_the_remedy_and_a_block_ends_with_three(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(
        capsys, "check", "--period", "2026-11", "--json", str(CASES / "id_too_short" / "DS.xlsx"), str(CASES / "empty_file" / "DS.xlsx")
    )
    first, second = json.loads(out)["files"]
    assert code == 3
    assert (first["status"], first["kind"], first["rows"], second["reject_code"]) == ("partly", "first", 5, "FILE_EMPTY")
    (problem,) = first["problems"]
    assert (problem["sheet"], problem["row"], problem["cell"], problem["column"], problem["code"], problem["severity"]) == (
        "DS",
        7,
        "E7",
        "id_number",
        "ID_TOO_SHORT",
        "block",
    )
    assert "07515" in problem["says"]
    assert problem["fix"]


def test_a_file_that_is_not_there_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, "check", "/nowhere.xlsx")
    assert code == 2
    assert "nowhere" in err


def test_every_code_has_a_page_in_two_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for found in catalogue().values():
        assert all((found.title_vi, found.says_vi, found.fix_vi, found.says_en, found.fix_en)), found.code
        assert found.severity in ("block", "look", "note"), found.code
        assert found.owner in ("commune", "province", "system", "bank"), found.code
        assert found.says({}) and found.fix({})
    code, out, _ = _run(capsys, "explain", "id_too_short")
    assert code == 0
    assert entry("ID_TOO_SHORT").fix_vi in out
    for found in catalogue().values():
        code, out, _ = _run(capsys, "explain", found.code)
        assert (code, "{" in out) == (0, False), found.code


def test_an_unknown_code_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "explain", "NO_SUCH_CODE")[0] == 2
