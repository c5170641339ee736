"""Addresses of the screen about one person."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.person import views

urlpatterns = [path("people/<str:person_id>/", views.person, name="person")]
