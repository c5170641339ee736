"""Addresses of the screen My day."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
