"""Addresses of the screen Admission and assessment."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
