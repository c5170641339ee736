"""Addresses of the screens about consents, disclosures, emergencies, and of the privacy officer."""

from __future__ import annotations

from django.urls import path

from handrail.app.screens.privacy import consents, disclosures, emergency, handing, officer

urlpatterns = [
    path("people/<str:person_id>/consents", consents.consents, name="consents"),
    path("people/<str:person_id>/consents/new", consents.new, name="new_consent"),
    path("consents/<str:consent_id>/form", consents.paper, name="consent_form"),
    path("consents/<str:consent_id>/sign", consents.sign, name="sign_consent"),
    path("consents/<str:consent_id>/revoke", consents.revoke, name="revoke_consent"),
    path("consents/<str:consent_id>/end", consents.end, name="end_consent"),
    path("people/<str:person_id>/disclosures", disclosures.disclosures, name="disclosures"),
    path("people/<str:person_id>/emergency", emergency.emergency, name="emergency"),
    path("packet/<str:episode_id>/hand-over", handing.hand_packet, name="hand_packet"),
    path("privacy/", officer.privacy, name="privacy"),
    path("privacy/emergencies/<str:disclosure_id>", officer.close_emergency, name="close_emergency"),
    path("privacy/agreements/new", officer.new_agreement, name="new_agreement"),
    path("privacy/agreements/<str:agreement_id>/end", officer.end_agreement, name="end_agreement"),
]
