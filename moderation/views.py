"""The REST door to moderation: parse, act, render."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core import clock
from core.api import actor, body, key, parameters, query
from core.clock import iso
from messaging.serializers import MessageOut
from messaging.services.moderating import restore_message
from messaging.services.vault import contents_of, kept_for
from moderation.models import Case
from moderation.serializers.cases import (
    CaseOut,
    CasesIn,
    CasesOut,
    EvidenceOut,
    NoteIn,
    NoteOut,
    OutcomeIn,
    ReasonIn,
    ReportedOut,
    ReportIn,
    VersionsOut,
    case_out,
    note_out,
    version_out,
)
from moderation.serializers.sanctions import (
    AppealIn,
    AppealOut,
    DecisionIn,
    LiftIn,
    OpenAppealIn,
    OwnSanctionOut,
    OwnSanctionsOut,
    SanctionIn,
    SanctionOut,
    SanctionsIn,
    SanctionsOut,
    appeal_out,
    sanction_out,
)
from moderation.services import appeals, cases, desk, evidence, lifting, listing, reporting, sanctions


class Reports(APIView):
    @extend_schema(request=ReportIn, responses={200: ReportedOut, 201: ReportedOut})
    def post(self, request: Request) -> Response:
        """Report a message or a person. Again answers 200 with the first report."""
        wanted = body(ReportIn, request)
        wanted.require_one_target()
        if wanted.message_id:
            found = reporting.report_message(
                actor=actor(request), message_id=key(wanted.message_id), reason=wanted.reason, note=wanted.note
            )
        else:
            found = reporting.report_person(
                actor=actor(request),
                user_id=key(wanted.user_id),
                room_id=key(wanted.room_id) if wanted.room_id else 0,
                reason=wanted.reason,
                note=wanted.note,
            )
        told = ReportedOut(id=str(found.report.pk), created_at=iso(found.report.created_at))
        return Response(told, status=201 if found.created else 200)


class Sanctions(APIView):
    @extend_schema(parameters=parameters(SanctionsIn), responses=SanctionsOut)
    def get(self, request: Request) -> Response:
        """List decisions about a person: in a room one moderates, or all of them for the site's staff."""
        asked = query(SanctionsIn, request)
        room_id = key(asked.room_id) if asked.room_id else 0
        found = listing.sanctions_about(actor=actor(request), user_id=key(asked.user_id), room_id=room_id)
        return Response(SanctionsOut(results=found))

    @extend_schema(request=SanctionIn, responses={201: SanctionOut})
    def post(self, request: Request) -> Response:
        """Warn, mute, remove or ban somebody, in a room or on the whole site."""
        wanted = body(SanctionIn, request)
        made = sanctions.impose(
            actor=actor(request),
            user_id=key(wanted.user_id),
            kind=wanted.kind,
            reason=wanted.reason,
            room_id=key(wanted.room_id) if wanted.room_id else 0,
            minutes=wanted.minutes,
            hide_days=wanted.hide_days,
        )
        return Response(sanction_out(made), status=201)


class OneSanction(APIView):
    @extend_schema(parameters=parameters(LiftIn), responses={200: SanctionOut})
    def delete(self, request: Request, sanction_id: str) -> Response:
        """Take a decision back; with `show` the messages it has hidden appear again."""
        wanted = query(LiftIn, request)
        lifted = lifting.lift(
            actor=actor(request), sanction_id=key(sanction_id), reason=wanted.reason, show=wanted.show
        )
        return Response(sanction_out(lifted))


class MySanctions(APIView):
    @extend_schema(responses=OwnSanctionsOut)
    def get(self, request: Request) -> Response:
        """List what holds against oneself now, with reasons and ends, and warnings not yet seen."""
        return Response(OwnSanctionsOut(results=listing.own_sanctions(actor=actor(request))))


class Seen(APIView):
    @extend_schema(request=None, responses=OwnSanctionOut)
    def put(self, request: Request, sanction_id: str) -> Response:
        return Response(listing.mark_seen(actor=actor(request), sanction_id=key(sanction_id)))


class MyAppeal(APIView):
    @extend_schema(request=AppealIn, responses=OwnSanctionOut)
    def put(self, request: Request, sanction_id: str) -> Response:
        """Appeal, once."""
        wanted = body(AppealIn, request)
        return Response(appeals.appeal(actor=actor(request), sanction_id=key(sanction_id), text=wanted.text))


class OpenAppeals(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=OpenAppealIn, responses=OwnSanctionOut)
    def post(self, request: Request) -> Response:
        """Appeal against a ban that keeps one from signing in."""
        wanted = body(OpenAppealIn, request)
        return Response(appeals.appeal_from_outside(token=wanted.token, text=wanted.text))


class Tombstone(APIView):
    @extend_schema(responses=VersionsOut)
    def get(self, request: Request, message_id: str) -> Response:
        """For moderators: what a message said before it was edited or deleted, for 30 days."""
        found = kept_for(actor=actor(request), message_id=key(message_id))
        return Response(VersionsOut(results=[version_out(kept, contents_of(kept)["text"]) for kept in found]))

    @extend_schema(responses={200: MessageOut})
    def delete(self, request: Request, message_id: str) -> Response:
        """Show a message again that a moderator has deleted."""
        return Response(restore_message(actor=actor(request), message_id=key(message_id)))


class Cases(APIView):
    @extend_schema(parameters=parameters(CasesIn), responses=CasesOut)
    def get(self, request: Request) -> Response:
        """For the site's staff: the queue."""
        asked = query(CasesIn, request)
        is_open = asked.state == "open"
        found = evidence.queue_of(actor=actor(request), is_open=is_open, cursor=asked.cursor, limit=asked.limit)
        return Response(found)


class OneCase(APIView):
    @extend_schema(responses=EvidenceOut)
    def get(self, request: Request, case_id: str) -> Response:
        found = evidence.look_at(actor=actor(request), case_id=key(case_id))
        return Response(evidence.evidence_out(found))


class Claim(APIView):
    @extend_schema(request=None, responses=CaseOut)
    def put(self, request: Request, case_id: str) -> Response:
        """Take a case for 15 minutes, or keep it for another 15."""
        return Response(_case(cases.claim_case(actor=actor(request), case_id=key(case_id))))

    @extend_schema(responses={200: CaseOut})
    def delete(self, request: Request, case_id: str) -> Response:
        return Response(_case(cases.release_case(actor=actor(request), case_id=key(case_id))))


class Notes(APIView):
    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, case_id: str) -> Response:
        wanted = body(NoteIn, request)
        made = cases.add_note(actor=actor(request), case_id=key(case_id), text=wanted.text)
        return Response(note_out(made), status=201)


class CaseMessage(APIView):
    @extend_schema(parameters=parameters(ReasonIn), responses={200: MessageOut})
    def delete(self, request: Request, case_id: str, message_id: str) -> Response:
        """Delete a message that was reported in this case, also where one is not; takes the case."""
        wanted = query(ReasonIn, request)
        (message,) = desk.remove_reported(
            actor=actor(request), case_id=key(case_id), message_ids=[key(message_id)], reason=wanted.reason
        )
        return Response(message)


class CaseTombstone(APIView):
    @extend_schema(parameters=parameters(ReasonIn), responses={200: MessageOut})
    def delete(self, request: Request, case_id: str, message_id: str) -> Response:
        """Show a reported message again that a moderator has deleted; takes the case."""
        wanted = query(ReasonIn, request)
        (message,) = desk.restore_reported(
            actor=actor(request), case_id=key(case_id), message_ids=[key(message_id)], reason=wanted.reason
        )
        return Response(message)


class CaseOutcome(APIView):
    @extend_schema(request=OutcomeIn, responses=CaseOut)
    def put(self, request: Request, case_id: str) -> Response:
        """Close a case one has claimed."""
        wanted = body(OutcomeIn, request)
        closed = cases.close_case(
            actor=actor(request), case_id=key(case_id), outcome=wanted.outcome, reason=wanted.reason
        )
        return Response(_case(closed))


class AppealDecision(APIView):
    @extend_schema(request=DecisionIn, responses=AppealOut)
    def put(self, request: Request, sanction_id: str) -> Response:
        """Answer an appeal; granted, the decision is taken back."""
        wanted = body(DecisionIn, request)
        decided = appeals.decide_appeal(
            actor=actor(request), sanction_id=key(sanction_id), granted=wanted.granted, answer=wanted.answer
        )
        return Response(appeal_out(decided))


def _case(case: Case) -> CaseOut:
    return case_out(case, User.objects.get(pk=case.subject_id), clock.now())
