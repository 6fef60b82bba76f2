"""### Đối soát với ngân hàng · Reconcile with the bank

Lấy mọi câu trả lời của ngân hàng (pain.002, camt.054/053, tệp kết quả), đối soát ba bên: tệp đã gửi, trạng thái, sao kê.
Số tiền, tài khoản và tên phải khớp; tổng phải cân đến từng đồng thì tháng mới đóng. *Runs after each sending and on the
calendar; when the bank said nothing new, it ends at once.*
"""

from airflow.sdk import dag
from ansinh.airflow_glue import PAID, only_if_new, operating_procedure, step


@step("Lấy câu trả lời của ngân hàng", first=True)
def collect_returns(period: str) -> dict[str, int]:
    from ansinh.payment import monthly

    return only_if_new(monthly.collect_returns(period))


@step("Đối soát ba bên", retries=0)
def reconcile(period: str) -> dict[str, object]:
    from ansinh.payment import monthly

    return monthly.reconcile(period)


@step("Cửa kiểm tra kết quả chi trả")
def gate_bank_return(period: str, run_id: str) -> dict[str, int]:
    from ansinh.quality.gate import run_gate

    return run_gate("bank_return", period, run_id)


@step("Dựng và công bố kết quả chi trả", trigger_rule="none_skipped")
def settle(period: str, run_id: str) -> dict[str, int]:
    from ansinh.warehouse.build import build
    from ansinh.warehouse.publish import publish

    nodes = len(build("settle", period, None, run_id).nodes)
    return {"nodes": nodes, "relations": publish("settle", period)}


@step("Viết báo cáo kỳ")
def report(period: str) -> str:
    from ansinh.report.period import write

    return str(write(period))


@dag(
    "reconcile_bank",
    doc_md=__doc__,
    **operating_procedure("Bước 4 · Đối soát với ngân hàng", after=[PAID], cron="15 8-17 * * *", tags=("doi-soat",)),
)
def reconcile_bank() -> None:
    collect_returns() >> reconcile() >> gate_bank_return() >> settle() >> report()


reconcile_bank()
