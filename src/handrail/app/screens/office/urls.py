"""Addresses of the screen Staff, log and workplace."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
