"""Addresses of the screen Review, continued stay and discharge."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.stay import leaving, reviews, staying

urlpatterns = [
    path("episodes/<str:episode_id>/review", reviews.reviews, name="review"),
    path("episodes/<str:episode_id>/review/new", reviews.new, name="new_review"),
    path("episodes/<str:episode_id>/review/<str:review_id>", reviews.held, name="held_review"),
    path("episodes/<str:episode_id>/review/<str:review_id>/edit", reviews.edit, name="edit_review"),
    path("episodes/<str:episode_id>/continued-stay", staying.continued_stay, name="continued_stay"),
    path("episodes/<str:episode_id>/continued-stay/<str:review_id>", staying.continued_stay, name="stay_at"),
    path("episodes/<str:episode_id>/continued-stay/<str:review_id>/narrative", staying.narrative, name="narrative"),
    path("episodes/<str:episode_id>/discharge", leaving.discharge, name="discharge"),
]
