"""The addresses of returns, rectification, what followed, assessment and debriefs (报送、整改、表扬问责、考核、述法)."""

from django.urls import path

from zhunsheng.desk import assessment_pages, binder_pages, debrief_pages, return_pages

urlpatterns = [
    path("", assessment_pages.assessment, name="assessment"),
    path("reference/", assessment_pages.reference, name="assessment-reference"),
    path("sheet/<int:organ>/", assessment_pages.assessment_sheet, name="assessment-sheet"),
    path("binder/<int:organ>/", binder_pages.sheet_binder, name="assessment-binder"),
    path("binder/application/<int:pk>/", binder_pages.application_binder, name="application-binder"),
    path("debriefs/", debrief_pages.debriefs, name="debriefs"),
    path("debriefs/<int:pk>/", debrief_pages.debrief, name="debrief"),
    path("rectification/", assessment_pages.rectifications, name="rectifications"),
    path("consequences/", assessment_pages.consequences, name="consequences"),
    path("returns/", return_pages.returns, name="returns"),
    path("returns/file/", return_pages.take_out, name="returns-file"),
    path("returns/urge/", return_pages.urge_late, name="returns-urge"),
]
