"""Addresses of the screens Staff, Log and Workplace. Loading them also starts the log of sign-ins."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.office import log, signing, views, workplace

signing.connect()

urlpatterns = [
    path("first", workplace.first_page, name="first_page"),
    path("workplace", workplace.choose, name="workplace"),
    path("still-here", workplace.still_here, name="still_here"),
    path("staff/", views.staff, name="staff"),
    path("staff/new", views.invite, name="invite"),
    path("staff/<int:membership_id>/", views.member, name="member"),
    path("staff/<int:membership_id>/password", views.password, name="new_password"),
    path("log/", log.entries, name="log"),
    path("log/csv", log.as_csv, name="log_csv"),
    path("log/check", log.check, name="log_check"),
]
