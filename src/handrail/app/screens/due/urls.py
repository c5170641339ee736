"""Addresses of the screen Due."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
