"""Addresses of the screen People."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.people import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/new", views.new, name="new_person"),
]
