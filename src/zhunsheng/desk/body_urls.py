"""The addresses of the pages of bodies and meetings. Views live in ``body_pages``, ``meeting_pages`` and ``meeting_steps``."""

from django.urls import path

from zhunsheng.desk import body_pages, meeting_pages, meeting_steps

urlpatterns = [
    path("bodies/", body_pages.bodies, name="bodies"),
    path("bodies/add/", body_pages.add_body, name="add-body"),
    path("bodies/<int:pk>/", body_pages.body, name="body"),
    path("bodies/<int:pk>/amend/", body_pages.amend_body, name="amend-body"),
    path("bodies/<int:pk>/close/", body_pages.close_body, name="close-body"),
    path("bodies/<int:pk>/seat/", body_pages.give_seat, name="give-seat"),
    path("bodies/<int:pk>/call/", meeting_steps.call, name="call-meeting"),
    path("seats/<int:pk>/end/", body_pages.take_seat, name="take-seat"),
    path("meetings/", meeting_pages.meetings, name="meetings"),
    path("meetings/<int:pk>/", meeting_pages.meeting, name="meeting"),
    path("meetings/<int:pk>/change/", meeting_steps.change, name="change-meeting"),
    path("meetings/<int:pk>/cancel/", meeting_steps.cancel, name="cancel-meeting"),
    path("meetings/<int:pk>/invite/", meeting_steps.invite, name="invite"),
    path("meetings/<int:pk>/members/", meeting_steps.call_members, name="call-members"),
    path("meetings/<int:pk>/item/", meeting_steps.put, name="put-item"),
    path("meetings/<int:pk>/attendance/", meeting_steps.attendance, name="attendance"),
    path("meetings/<int:pk>/notice/", meeting_steps.issue_notice, name="issue-notice"),
    path("meetings/<int:pk>/minutes/", meeting_steps.issue_minutes, name="issue-minutes"),
    path("meetings/<int:pk>/reopen/", meeting_steps.reopen, name="reopen-meeting"),
    path("meetings/<int:pk>/paper/<int:paper_pk>/", meeting_pages.meeting_paper, name="meeting-paper"),
    path("meetings/<int:pk>/paper/<int:paper_pk>/document/", meeting_pages.meeting_document, name="meeting-document"),
    path("attendances/<int:pk>/void/", meeting_steps.uninvite, name="uninvite"),
    path("items/<int:pk>/off/", meeting_steps.take_off, name="take-off-item"),
    path("items/<int:pk>/up/", meeting_steps.move_up, name="move-up-item"),
    path("items/<int:pk>/settle/", meeting_steps.settle, name="settle-item"),
]
