"""Addresses of the screen Plan."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.plan import goals, signatures, views

urlpatterns = [
    path("episodes/<str:episode_id>/plan", views.plan, name="plan"),
    path("episodes/<str:episode_id>/plan/new", views.new, name="new_plan"),
    path("episodes/<str:episode_id>/plan/<str:plan_id>", views.plan, name="plan_version"),
    path("episodes/<str:episode_id>/plan/<str:plan_id>/edit", views.edit, name="edit_plan"),
    path("episodes/<str:episode_id>/plan/<str:plan_id>/goals/new", goals.new, name="new_goal"),
    path("episodes/<str:episode_id>/goals/<str:goal_id>", goals.goal, name="goal"),
    path("episodes/<str:episode_id>/plan/<str:row_id>/sign", signatures.sign, {"table": "plan"}, name="sign_plan"),
    path(
        "episodes/<str:episode_id>/review/<str:row_id>/sign",
        signatures.sign,
        {"table": "plan_review"},
        name="sign_review",
    ),
]
