"""Addresses of the screen Review, continued stay and discharge."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
