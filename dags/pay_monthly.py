"""### Chi trả của tháng · Pay the month

Tính ai được hưởng bao nhiêu, kiểm tra, lập đợt chi, niêm phong tệp, **chờ người khác duyệt**, rồi gửi ngân hàng qua SFTP.
Nút duyệt ở đây chỉ là một cách ghi câu trả lời: bước gửi tính lại dấu của tệp và từ chối nếu sổ duyệt không khớp, nên đánh
dấu xanh một bước không làm tiền đi. Mỗi đợt (Sở Y tế, Sở Nội vụ) được duyệt và gửi riêng. *Running it again pays nobody twice.*
"""

from airflow.sdk import dag, task_group
from ansinh.airflow_glue import BANK_POOL, PAID, WAREHOUSE, ask_approver, operating_procedure, step


@step("Tính mức hưởng", first=True)
def entitle(period: str, run_id: str) -> dict[str, int]:
    from ansinh.warehouse.build import build

    return {"nodes": len(build("entitle", period, None, run_id).nodes)}


@step("Cửa kiểm tra mức hưởng")
def gate_entitlement(period: str, run_id: str) -> dict[str, int]:
    from ansinh.quality.gate import run_gate

    return run_gate("entitlement", period, run_id)


@step("Công bố danh sách chi", retries=0)
def publish(period: str) -> dict[str, int]:
    from ansinh.warehouse.publish import publish as publish_stage

    return {"relations": publish_stage("entitle", period)}


@step("Lập đợt chi và niêm phong tệp", retries=0)
def seal(period: str, actor: str) -> list[str]:
    from ansinh.payment import monthly

    planned = [monthly.plan(run_id, actor) for run_id in monthly.open_runs(period, actor)]
    return [monthly.seal(run.run_id, actor).run_id for run in planned if run.state != "empty"]


@step("Cửa kiểm tra tệp chi trả")
def gate_payment_file(period: str, run_id: str) -> dict[str, int]:
    from ansinh.payment.read_back import read_back
    from ansinh.quality.gate import run_gate

    read_back(period)
    return run_gate("payment_file", period, run_id)


@step("Soạn câu hỏi duyệt")
def ask(runs: list[str]) -> list[dict[str, str]]:
    from ansinh.payment.human_step import questions

    return questions(runs)


@step("Ghi câu trả lời vào sổ duyệt", retries=0)
def record(run: str, answer: object) -> str:
    from ansinh.payment.human_step import write_answer

    return write_answer(run, answer)


@step("Gửi tệp sang ngân hàng", retries=0, pool=BANK_POOL, outlets=[PAID])
def send(run: str, actor: str) -> dict[str, object]:
    from ansinh.payment.human_step import send_if_approved

    return send_if_approved(run, actor)


@task_group(group_id="approve_and_send", prefix_group_id=False)
def approve_and_send(run: str, slot: str, subject: str, body: str) -> None:
    send(record(run, ask_approver("Người duyệt trả lời", run, subject, body)))


@dag("pay_monthly", doc_md=__doc__, **operating_procedure("Bước 3 · Chi trả của tháng", after=[WAREHOUSE], tags=("chi-tra",)))
def pay_monthly() -> None:
    runs = seal()
    asked = ask(runs)
    entitle() >> gate_entitlement() >> publish() >> runs >> gate_payment_file() >> asked
    approve_and_send.expand_kwargs(asked)


pay_monthly()
