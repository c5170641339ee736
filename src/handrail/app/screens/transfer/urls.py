"""Addresses of the screen Import and export."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
