"""Addresses of the screens about focused reviews."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.reviews import acts, answering, case, exposure, parity, starting, views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/new", starting.new, name="new_review"),
    path("reviews/sentinel/<str:incident_id>", starting.sentinel, name="sentinel_review"),
    path("reviews/exposure", exposure.exposure, name="exposure"),
    path("reviews/exposure/file.csv", exposure.csv, name="exposure_csv"),
    path("reviews/exposure/list", exposure.behind, name="exposure_list"),
    path("reviews/parity", parity.parity, name="parity"),
    path("reviews/parity/file.csv", parity.csv, name="parity_csv"),
    path("reviews/parity/file.json", parity.json, name="parity_json"),
    path("reviews/<str:focused_id>/", views.review, name="review_room"),
    path("reviews/<str:focused_id>/key", acts.key, name="review_key"),
    path("reviews/<str:focused_id>/ask", acts.ask, name="review_ask"),
    path("reviews/<str:focused_id>/actions", acts.action, name="review_action"),
    path("reviews/<str:focused_id>/actions/<str:action_id>", acts.end_action, name="review_action_end"),
    path("reviews/<str:focused_id>/retest", acts.retest, name="review_retest"),
    path("reviews/<str:focused_id>/close", acts.close, name="review_close"),
    path("reviews/<str:focused_id>/cases/<str:review_case_id>/", case.case, name="review_case"),
    path("reviews/<str:focused_id>/cases/<str:review_case_id>/take", case.take, name="review_case_take"),
    path("reviews/<str:focused_id>/cases/<str:review_case_id>/find", case.find, name="review_case_find"),
    path("reviews/<str:focused_id>/cases/<str:review_case_id>/looked", case.looked, name="review_case_looked"),
    path("findings/", answering.findings, name="my_findings"),
    path("findings/<str:finding_id>/answer", answering.answer, name="answer_finding"),
]
