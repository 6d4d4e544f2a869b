"""The addresses of the API: version 1 under /api/v1/, its description at /api/v1/openapi.json. No route is written here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from zhunsheng import __version__
from zhunsheng.api import case_routes, figure_routes, list_routes, package_routes
from zhunsheng.api.calls import written_down
from zhunsheng.api.problems import CONTENT_TYPE, as_response, handle_problems, not_there

ABOUT = """准绳的接口：办件、清单、指标、报告、日历与公布内容。 Cases, lists, figures, reports, the calendar and what was published.

- Every call shows a token of a service account: `Authorization: Bearer zst_…`. What it opens are its scopes; what is seen
  are the rows of the account's duties within its organ.
- A refusal is `application/problem+json` (RFC 9457) with a stable `code`, the sentence in both languages, the article it
  rests on and the field it is about.
- A write names an `Idempotency-Key`; the same key with the same content is answered again and done once. A step on a case
  names in `If-Match` the `ETag` of the case that was seen; when the case has moved on it is refused with 412.
- Long lists come in pieces: `next` is the `cursor` of the piece after.
- Personal data are masked. `POST /cases/{key}/reveal` shows fields for a purpose, which is written down.
"""


class Api(NinjaAPI):
    """The API, whose description says that refusals are problems."""

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**named)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
        return schema


api = Api(
    title="准绳 Zhunsheng", version="1", description=ABOUT, docs_url=None, urls_namespace="api",
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}, "x-release": __version__}},
)  # fmt: skip
api.add_decorator(written_down, mode="view")
handle_problems(api)
for router in (
    case_routes.routes, list_routes.routes, list_routes.publications, figure_routes.routes, figure_routes.reports,
    figure_routes.days,
    package_routes.routes,
):  # fmt: skip
    api.add_router("", router)


@csrf_exempt
def nothing_there(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/."""
    return as_response(not_there())


urlpatterns = [path("api/v1/", api.urls), re_path(r"^api/", nothing_there, name="api-elsewhere")]
