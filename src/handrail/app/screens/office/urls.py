"""Addresses of the screens Staff, Log and Workplace. Loading them also starts the log of sign-ins."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.office import log, own, signing, views, workplace

signing.connect()

urlpatterns = [
    path("first", workplace.first_page, name="first_page"),
    path("workplace", workplace.choose, name="workplace"),
    path("still-here", workplace.still_here, name="still_here"),
    path("staff/", views.staff, name="staff"),
    path("staff/new", views.invite, name="invite"),
    path("staff/code", views.ask_in, name="ask_in"),
    path("staff/take-back", views.take_back, name="take_back"),
    path("staff/second-factor", views.second_factor, name="second_factor"),
    path("staff/<int:membership_id>/", views.member, name="member"),
    path("staff/<int:membership_id>/password", views.password, name="new_password"),
    path("staff/<int:membership_id>/second-factor", views.reset, name="reset_factor"),
    path("accounts/go-on", own.go_on, name="go_on"),
    path("accounts/join", own.join, name="join"),
    path("log/", log.entries, name="log"),
    path("log/csv", log.as_csv, name="log_csv"),
    path("log/check", log.check, name="log_check"),
]
