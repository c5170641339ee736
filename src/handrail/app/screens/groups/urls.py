"""Addresses of the screen Groups."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.groups import making, room, views

urlpatterns = [
    path("groups/", views.groups, name="groups"),
    path("groups/new", making.new, name="new_group"),
    path("groups/contact", making.contact, name="new_contact"),
    path("groups/<str:session_id>/", room.group_room, name="group_room"),
    path("groups/<str:session_id>/details", making.details, name="group_details"),
    path("groups/<str:session_id>/cancel", making.cancel, name="group_cancel"),
]
