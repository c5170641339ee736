"""Addresses of the screen Program."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
