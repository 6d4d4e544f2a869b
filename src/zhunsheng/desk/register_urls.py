"""The addresses of the pages of one list, below ``registers/<slug>/``. Views live in the ``register_`` modules."""

from django.urls import path

from zhunsheng.desk import (
    register_changes,
    register_comparison,
    register_entry,
    register_import,
    register_pages,
    register_versions,
)

urlpatterns = [
    path("", register_pages.entries, name="register"),
    path("workbook/", register_pages.list_workbook, name="register-workbook"),
    path("entry/<int:pk>/", register_entry.entry, name="register-entry"),
    path("changes/", register_changes.change_sets, name="register-changes"),
    path("changes/new/", register_changes.new, name="register-change-new"),
    path("changes/<int:pk>/", register_changes.change_set, name="register-change"),
    path("changes/<int:pk>/head/", register_changes.head, name="register-change-head"),
    path("changes/<int:pk>/line/<slug:kind>/", register_changes.line, name="register-line"),
    path("changes/<int:pk>/line-out/<int:line_pk>/", register_changes.line_out, name="register-line-out"),
    path("changes/<int:pk>/import/", register_import.choose, name="register-import"),
    path("changes/<int:pk>/import/check/", register_import.check, name="register-import-check"),
    path("changes/<int:pk>/import/marked/", register_import.marked, name="register-import-marked"),
    path("changes/<int:pk>/import/take/", register_import.take, name="register-import-take"),
    path("changes/<int:pk>/<slug:decision>/", register_changes.decide, name="register-decide"),
    path("comparison/", register_comparison.comparison, name="register-comparison"),
    path("comparison/upload/", register_comparison.upload, name="register-comparison-upload"),
    path("comparison/settle/", register_comparison.settle, name="register-settle"),
    path("comparison/workbook/", register_comparison.comparison_workbook, name="register-comparison-workbook"),
    path("versions/", register_versions.versions, name="register-versions"),
    path("versions/new/", register_versions.publish, name="register-publish"),
    path("versions/<int:pk>/", register_versions.version, name="register-version"),
    path("versions/<int:pk>/withdraw/", register_versions.withdraw, name="register-withdraw"),
    path("versions/<int:pk>/document/", register_versions.version_document, name="register-version-document"),
]
