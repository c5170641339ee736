"""Addresses of the screen My day."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.my_day import views

urlpatterns = [path("", views.my_day, name="my_day")]
