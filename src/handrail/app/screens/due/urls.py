"""Addresses of the screen Due."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.due import views

urlpatterns = [path("due/", views.due, name="due"), path("due/export", views.export, name="due_export")]
