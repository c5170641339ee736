"""Signing a plan or a review."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import viewer
from handrail.app.accounts.proof import prove
from handrail.app.chart import reading, signing
from handrail.app.chart.forms import put_errors
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.app.screens.plan.forms import Signing
from handrail.app.screens.plan.sections import shown
from handrail.app.screens.plan.views import goals_shown


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, episode_id: str, row_id: str, table: str) -> HttpResponse:
    """This will show what is going to be signed, and keep the signature of whoever proved lately who they are.

    Where the text changed since it was shown, nothing is signed; it is shown anew.
    """
    looking = viewer(request, "read chart", "sign plan")
    episode = reading.episode(looking, episode_id, screen=f"sign {table}")
    row = reading.rows(looking, table).filter(pk=row_id, episode_id=episode.pk).first()
    if row is None:
        raise Http404("There is no such record.")
    if request.method == "POST":
        prove(request)
    form, is_stale = Signing(request, looking), False
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            signing.sign(
                looking,
                row,
                told["signer"],
                refused=told["way"] == "refused",
                words=told["words"],
                way=told["way"],
                on=told["signed_on"],
                seen=request.POST.get("seen", ""),
            )
        except ValidationError as error:
            put_errors(form, error)
        except ChangedMeanwhileError:
            is_stale = True
        else:
            messages.success(request, "The signature is kept. What it covers is locked.")
            return redirect("plan_version" if table == "plan" else "held_review", episode.pk, row.pk)
    content = signing.content(looking, row)
    words = reading.wordings(looking, table, row.pk)
    context = {
        "episode": episode,
        "row": row,
        "table": table,
        "form": form,
        "seen": content.seal,
        "is_stale": is_stale,
        "signatures": signing.covers(looking, row, content),
    }
    if table == "plan":
        context |= {"sections": shown(row, words), "goals": goals_shown(looking, list(content.rows[1:]))}
    else:
        context |= {"participants": content.rows[1:], "texts": [(part, words[row.pk, part]) for _, part in words]}
    return render(request, "plan/sign.html", context, status=409 if is_stale else 200)
