"""The addresses of the officers' pages. Views live in the other modules of the desk."""

from django.urls import include, path

from zhunsheng.desk import (
    acting,
    case_lists,
    case_materials,
    case_page,
    figure_pages,
    frame,
    import_pages,
    job_pages,
    paper_pages,
    register_pages,
    report_pages,
    signing_in,
    to_do,
)

pages = [
    path("", to_do.to_do, name="to-do"),
    path("sign-in/", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("large-text/", frame.switch_large_text, name="large-text"),
    path("cases/<slug:slug>/", case_lists.case_list, name="cases"),
    path("cases/<slug:slug>/workbook/", case_lists.case_workbook, name="cases-workbook"),
    path("cases/<slug:slug>/new/<slug:action>/", acting.open_new, name="open"),
    path("cases/<slug:slug>/import/", import_pages.start, name="import-start"),
    path("cases/<slug:slug>/import/template/", import_pages.template, name="import-template"),
    path("import/<int:pk>/", import_pages.upload, name="import"),
    path("import/<int:pk>/columns/", import_pages.choose_columns, name="import-columns"),
    path("import/<int:pk>/run/", import_pages.run, name="import-run"),
    path("import/<int:pk>/annotated/", import_pages.annotated, name="import-annotated"),
    path("jobs/", job_pages.jobs, name="jobs"),
    path("jobs/<int:pk>/", job_pages.job, name="job"),
    path("jobs/<int:pk>/again/", job_pages.again, name="job-again"),
    path("jobs/<int:pk>/file/", job_pages.job_file, name="job-file"),
    path("case/<int:pk>/", case_page.case, name="case"),
    path("case/<int:pk>/act/<str:action>/", acting.act, name="act"),
    path("case/<int:pk>/act/<str:action>/preview/", acting.preview, name="act-preview"),
    path("case/<int:pk>/act/<str:action>/draft/", acting.save_draft, name="act-draft"),
    path("case/<int:pk>/material/", case_materials.add, name="material-add"),
    path("case/<int:pk>/material/<int:material_pk>/", case_materials.download, name="material"),
    path("case/<int:pk>/material/<int:material_pk>/void/", case_materials.void, name="material-void"),
    path("case/<int:pk>/contents/", case_materials.contents, name="file-list"),
    path("case/<int:pk>/reveal/<slug:field>/", case_page.reveal, name="reveal"),
    path("case/<int:pk>/link/", acting.link, name="link"),
    path("case/<int:pk>/paper/<int:paper_pk>/", paper_pages.paper, name="paper"),
    path("case/<int:pk>/paper/<int:paper_pk>/document/", paper_pages.paper_document, name="paper-document"),
    path("figures/", figure_pages.all_figures, name="figures"),
    path("figure/<str:account>/", figure_pages.figure, name="figure"),
    path("figure/<str:account>/records/", figure_pages.records, name="records"),
    path("reports/", report_pages.reports, name="reports"),
    path("reports/<slug:region>/<int:year>/", report_pages.report, name="report"),
    path("reports/<slug:region>/<int:year>/document/", report_pages.report_document, name="report-document"),
    path(
        "reports/<slug:region>/<int:year>/working-paper/",
        report_pages.report_working_paper,
        name="report-working-paper",
    ),
    path("registers/<slug:slug>/", register_pages.entries, name="register"),
]

urlpatterns = [
    path("", include((pages, "desk"))),
    path("language/", include("django.conf.urls.i18n")),
]
