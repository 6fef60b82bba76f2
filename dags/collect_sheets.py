"""### Thu danh sách của các xã · Collect the communes' lists

Mỗi xã gửi danh sách vào thư mục SFTP của mình. Lượt chạy này đọc những gì mới của kỳ, giữ nguyên văn trong `raw`,
ghi từng chỗ sai kèm cách sửa, rồi trả lại cho xã chính tệp của họ với các ô được đánh dấu. Một tệp hỏng không chặn
tệp khác. *Every commune gets its own workbook back, also when the gate is red.*
"""

from airflow.sdk import dag
from ansinh.airflow_glue import SHEETS, operating_procedure, step


@step("Chia việc theo xã", first=True)
def plan(period: str) -> list[list[str]]:
    from ansinh.intake.collect import plan_chunks

    return plan_chunks(period)


@step("Đọc danh sách")
def collect(communes: list[str], period: str) -> dict[str, int]:
    from ansinh.intake.collect import collect_chunk

    return collect_chunk(period, communes)


@step("Cộng lại cả tỉnh", trigger_rule="none_failed")
def summarise(period: str) -> dict[str, int]:
    from ansinh.intake.collect import summary

    return summary(period)


@step("Cửa kiểm tra danh sách xã", outlets=[SHEETS])
def gate_commune_sheet(period: str, run_id: str) -> dict[str, int]:
    from ansinh.quality.gate import run_gate

    return run_gate("commune_sheet", period, run_id)


@step("Trả lời từng xã", trigger_rule="all_done")
def answer(chunks: list[list[str]], period: str) -> dict[str, int]:
    from ansinh.intake.answer import answer_communes

    return answer_communes(period, [commune for chunk in chunks or [] for commune in chunk])


@dag(
    "collect_sheets",
    doc_md=__doc__,
    **operating_procedure("Bước 1 · Thu danh sách của các xã", cron="0 7,17 20-24 * *", tags=("thu-nhan",)),
)
def collect_sheets() -> None:
    chunks = plan()
    collect.expand(communes=chunks) >> summarise() >> [gate_commune_sheet(), answer(chunks)]


collect_sheets()
