"""### Dựng kho dữ liệu · Build the warehouse

Chuẩn hóa mọi dòng, đối chiếu với dữ liệu dân cư, tìm ra mỗi người đúng một lần. Dữ liệu mới được dựng bên cạnh; cửa
kiểm tra xanh thì mới thay bản đang dùng, trong một giao dịch. *Write, audit, publish: readers see the old month or the
new one, never half of each.* Chạy khi cả danh sách xã và dữ liệu dân cư của kỳ đã có; nơi có dịch vụ dân cư thì lúc này mới
biết hết những ai cần hỏi, nên hỏi nốt ở đây.
"""

from airflow.sdk import dag
from ansinh.airflow_glue import FEED, SHEETS, WAREHOUSE, operating_procedure, step


@step("Hỏi dịch vụ dân cư người còn thiếu", needs=(SHEETS, FEED), first=True)
def ask_service(period: str) -> dict[str, int]:
    from ansinh.identity.service_pull import pull_missing

    return pull_missing(period)


@step("Chuẩn hóa và đối chiếu dân cư")
def standardise(period: str, run_id: str) -> dict[str, int]:
    from ansinh.warehouse.build import build

    return {layer: len(build("warehouse", period, layer, run_id).nodes) for layer in ("staging", "standardise")}


@step("Tìm mỗi người một lần")
def deduplicate(period: str, run_id: str) -> dict[str, int]:
    from ansinh.warehouse.build import build

    return {"nodes": len(build("warehouse", period, "deduplicate", run_id).nodes)}


@step("Cửa kiểm tra con người")
def gate_person(period: str, run_id: str) -> dict[str, int]:
    from ansinh.quality.gate import run_gate

    return run_gate("person", period, run_id)


@step("Dựng bảng dùng chung")
def marts(period: str, run_id: str) -> dict[str, int]:
    from ansinh.warehouse.build import build

    return {"nodes": len(build("warehouse", period, "marts", run_id).nodes)}


@step("Công bố", outlets=[WAREHOUSE])
def publish(period: str) -> dict[str, int]:
    from ansinh.warehouse.publish import publish as publish_stage

    return {"relations": publish_stage("warehouse", period)}


@dag("build_warehouse", doc_md=__doc__, **operating_procedure("Bước 2 · Dựng kho dữ liệu", after=[SHEETS, FEED], tags=("kho",)))
def build_warehouse() -> None:
    ask_service() >> standardise() >> deduplicate() >> gate_person() >> marts() >> publish()


build_warehouse()
