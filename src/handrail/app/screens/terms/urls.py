"""Addresses of the screen about a payer's terms."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.terms import views

urlpatterns = [
    path("terms/", views.terms, name="terms"),
    path("terms/new", views.new, name="new_terms"),
    path("terms/credentials/new", views.qualify, name="new_credential"),
    path("terms/credentials/<str:credential_id>/end", views.end, name="end_credential"),
]
