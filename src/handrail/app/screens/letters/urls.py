"""Addresses of the screen Letters."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.letters import acts, views

urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/<slug:notice_id>/", views.letter, name="letter"),
    path("letters/<slug:notice_id>/paper", views.paper, name="letter_paper"),
    path("letters/<slug:notice_id>/reading", acts.reading, name="letter_reading"),
    path("letters/<slug:notice_id>/look", acts.look, name="letter_look"),
    path("letters/<slug:notice_id>/send", acts.send, name="letter_send"),
    path("letters/<slug:notice_id>/language/<slug:language>", acts.language, name="letter_language"),
    path("letters/<slug:notice_id>/correct", acts.correct, name="letter_correct"),
]
