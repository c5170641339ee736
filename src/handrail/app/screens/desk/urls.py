"""Addresses of the review desk."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.desk import acts, case, queue

urlpatterns = [
    path("desk/", queue.desk, name="desk"),
    path("desk/<slug:request_id>/", case.case, name="case"),
    path("desk/<slug:request_id>/do/<slug:name>", acts.do, name="case_act"),
    path("desk/<slug:request_id>/conversation/<int:conversation_id>", acts.conversation, name="case_conversation"),
    path("desk/<slug:request_id>/sent/<int:place>", case.sent, name="case_sent"),
    path("desk/<slug:request_id>/check", acts.check, name="case_check"),
]
