"""Addresses of the screens Import and Export."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.transfer import ehr, views

urlpatterns = [
    path("import/", views.imports, name="imports"),
    path("import/fhir", ehr.imports_fhir, name="imports_fhir"),
    path("export/", views.export_all, name="export_organization"),
    path("people/<str:person_id>/export", views.export_person, name="export_person"),
]
