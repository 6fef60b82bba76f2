"""### Lấy dữ liệu dân cư · Pull the national-ID feed

Đọc các tệp CSDL quốc gia về dân cư mới có trên SFTP vào `raw`, từng dòng; dòng hỏng được ghi lại, tệp vẫn dùng được. Nơi có
dịch vụ dân cư thì hỏi thêm từng người có trong danh sách đã nhận mà tệp chưa có. *A later `cap_nhat_luc` wins; the same file
twice changes nothing. Lists that land meanwhile are asked about by `build_warehouse`, which runs after both.*
"""

from airflow.sdk import dag
from ansinh.airflow_glue import FEED, operating_procedure, step


@step("Đọc tệp dân cư", first=True)
def pull(period: str) -> dict[str, int]:
    from ansinh.identity.feed import pull as pull_feed

    return pull_feed(period)


@step("Hỏi dịch vụ dân cư")
def ask_service(period: str) -> dict[str, int]:
    from ansinh.identity.service_pull import pull_missing

    return pull_missing(period)


@step("Cửa kiểm tra dữ liệu dân cư", outlets=[FEED])
def gate_national_id(period: str, run_id: str) -> dict[str, int]:
    from ansinh.quality.gate import run_gate

    return run_gate("national_id", period, run_id)


@dag(
    "pull_national_id",
    doc_md=__doc__,
    **operating_procedure("Bước 1 · Lấy dữ liệu dân cư", cron="30 6 20-24 * *", tags=("dan-cu",)),
)
def pull_national_id() -> None:
    pull() >> ask_service() >> gate_national_id()


pull_national_id()
