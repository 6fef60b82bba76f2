"""Registers the console with Airflow: at `/ansinh/`, in Airflow's menu, behind Airflow's login and rights.

Who may start runs of the warehouse may answer intake's and identity's questions; who may answer Airflow's approval step may
approve. The approval book refuses whoever made or sealed the run, whatever his rights.
"""

from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from airflow.plugins_manager import AirflowPlugin
from ansinh.console.app import create_app
from fastapi import Depends, HTTPException, Request


async def signed_in(request: Request, bearer: Annotated[Any, Depends(bearer_scheme)]) -> Any:
    """Airflow's own user; a person without a session is led to the login page, a program is refused (401)."""
    try:
        return await get_user(request, None, bearer)
    except HTTPException as refusal:
        if refusal.status_code != 401 or bearer or "text/html" not in request.headers.get("accept", ""):
            raise
        login = get_auth_manager().get_url_login(next_url=str(request.url))
        raise HTTPException(303, headers={"Location": login}) from None


def may(user: Any, right: str) -> bool:
    """Whether Airflow lets the user do the same thing there."""
    manager = get_auth_manager()
    if right == "approve":
        details = DagDetails(id="pay_monthly")
        return bool(manager.is_authorized_dag(method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, details=details, user=user))
    details = DagDetails(id="build_warehouse")
    return bool(manager.is_authorized_dag(method="POST", access_entity=DagAccessEntity.RUN, details=details, user=user))


class AnsinhPlugin(AirflowPlugin):
    """What Airflow's plugin manager looks for."""

    name = "ansinh"
    fastapi_apps = [{"app": create_app(signed_in, lambda user: user.get_name(), may), "url_prefix": "/ansinh", "name": "An Sinh"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "An Sinh", "href": "ansinh/", "destination": "nav", "category": "browse", "url_route": "ansinh"}
    ]
