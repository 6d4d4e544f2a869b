"""The addresses of papers to publish (文书公开)."""

from django.urls import path

from zhunsheng.desk import release_pages

urlpatterns = [
    path("", release_pages.releases, name="releases"),
    path("case/<int:pk>/new/", release_pages.release_new, name="release-new"),
    path("<int:pk>/", release_pages.release, name="release"),
    path("<int:pk>/act/", release_pages.release_act, name="release-act"),
    path("<int:pk>/file/", release_pages.release_file, name="release-file"),
]
