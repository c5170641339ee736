"""Addresses of the screens about appeals."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.appeals import deciding, filing, views

urlpatterns = [
    path("appeals/", views.appeals, name="appeals"),
    path("requests/<str:request_id>/appeal", filing.file, name="file_appeal"),
    path("appeals/<str:appeal_id>/", views.appeal, name="appeal"),
    path("appeals/<str:appeal_id>/take", deciding.take, name="take_appeal"),
    path("appeals/<str:appeal_id>/extend", deciding.extend, name="extend_appeal"),
    path("appeals/<str:appeal_id>/decide", deciding.decide, name="decide_appeal"),
    path("appeals/<str:appeal_id>/withdraw", filing.withdraw, name="withdraw_appeal"),
    path("appeals/<str:appeal_id>/hearing", deciding.hearing, name="ask_hearing"),
    path("appeals/<str:appeal_id>/hearing-result", deciding.heard, name="hearing_result"),
]
