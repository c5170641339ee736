"""Addresses of the screen Groups."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
