"""Registers the console with Airflow: at `/ansinh/`, in Airflow's menu, behind Airflow's login."""

from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
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


class AnsinhPlugin(AirflowPlugin):
    """What Airflow's plugin manager looks for."""

    name = "ansinh"
    fastapi_apps = [{"app": create_app(signed_in, lambda user: user.get_name()), "url_prefix": "/ansinh", "name": "An Sinh"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "An Sinh", "href": "ansinh/", "destination": "nav", "category": "browse", "url_route": "ansinh"}
    ]
