"""网址: the addresses of the whole site. Each room that has pages brings its own list; none is written here."""

from django.urls import include, path

urlpatterns = [
    path("", include("zhunsheng.durability.urls")),
    path("", include("zhunsheng.api.urls")),
    path("", include("zhunsheng.portal.urls")),
    path("", include("zhunsheng.desk.urls")),
]
handler400 = "zhunsheng.portal.pages.bad_request"
handler404 = "zhunsheng.portal.pages.not_found"
handler500 = "zhunsheng.portal.pages.server_error"
