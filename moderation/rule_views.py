"""The REST door to rules, held messages and the panic switch: parse, act, render."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from msgspec import UNSET
from msgspec.structs import asdict
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor, body, key
from core.clock import iso_or_none
from moderation.models import Rule
from moderation.rule_serializers import (
    HeldIn,
    HeldListOut,
    NewRuleIn,
    PauseIn,
    PausesOut,
    RuleIn,
    RuleOut,
    RulesOut,
    RuleTrialOut,
    encoded_parameters,
    held_out,
    rule_out,
    trial_out,
)
from moderation.services import holding, panic, rules, trials


class Rules(APIView):
    @extend_schema(responses=RulesOut)
    def get(self, request: Request) -> Response:
        """List the rules in the order they are asked."""
        return Response(RulesOut(results=[rule_out(rule) for rule in rules.list_rules(actor=actor(request))]))

    @extend_schema(request=NewRuleIn, responses={201: RuleOut})
    def post(self, request: Request) -> Response:
        panic.require_staff(actor(request))
        wanted = asdict(body(NewRuleIn, request))
        wanted["parameters"] = encoded_parameters(wanted["parameters"])
        wanted["room_id"] = key(wanted["room_id"]) if wanted["room_id"] else 0
        return Response(rule_out(rules.keep_rule(actor=actor(request), rule=Rule(**wanted))), status=201)


class OneRule(APIView):
    @extend_schema(responses=RuleOut)
    def get(self, request: Request, rule_id: str) -> Response:
        return Response(rule_out(rules.rule_for(actor=actor(request), rule_id=key(rule_id))))

    @extend_schema(request=RuleIn, responses=RuleOut)
    def patch(self, request: Request, rule_id: str) -> Response:
        rule = rules.rule_for(actor=actor(request), rule_id=key(rule_id))
        for name, value in asdict(body(RuleIn, request)).items():
            if value is not UNSET:
                setattr(rule, name, encoded_parameters(value) if name == "parameters" else value)
        return Response(rule_out(rules.keep_rule(actor=actor(request), rule=rule)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, rule_id: str) -> Response:
        rules.remove_rule(actor=actor(request), rule_id=key(rule_id))
        return Response(status=204)


class RuleTrial(APIView):
    @extend_schema(responses=RuleTrialOut)
    def get(self, request: Request, rule_id: str) -> Response:
        """Tell how far the rule's trial is and what it found."""
        return Response(trial_out(trials.trial_of(actor=actor(request), rule_id=key(rule_id))))

    @extend_schema(request=None, responses=RuleTrialOut)
    def put(self, request: Request, rule_id: str) -> Response:
        """Begin to look how the rule would have done in the last 30 days."""
        return Response(trial_out(trials.start_trial(actor=actor(request), rule_id=key(rule_id))))


class Held(APIView):
    @extend_schema(responses=HeldListOut)
    def get(self, request: Request) -> Response:
        """List what waits for review on the whole site, oldest first."""
        return Response(HeldListOut(results=[held_out(one) for one in holding.waiting(actor=actor(request))]))


class HeldInRoom(APIView):
    @extend_schema(responses=HeldListOut)
    def get(self, request: Request, room_id: str) -> Response:
        """List what waits for review in a room: all of it to its moderators, to others what they wrote."""
        found = holding.waiting(actor=actor(request), room_id=key(room_id))
        return Response(HeldListOut(results=[held_out(one) for one in found]))


class OneHeld(APIView):
    @extend_schema(request=HeldIn, responses={204: None})
    def put(self, request: Request, held_id: str) -> Response:
        """Send a held message, or tell its author that it will not be."""
        wanted = body(HeldIn, request)
        if wanted.decision == "release":
            holding.release(actor=actor(request), held_id=key(held_id))
        else:
            holding.refuse(actor=actor(request), held_id=key(held_id), reason=wanted.reason)
        return Response(status=204)


class Pauses(APIView):
    @extend_schema(responses=PausesOut)
    def get(self, request: Request) -> Response:
        found = panic.pauses(actor=actor(request))
        return Response(PausesOut(**{what: iso_or_none(until) for what, until in found.items()}))


class OnePause(APIView):
    @extend_schema(request=PauseIn, responses={204: None})
    def put(self, request: Request, what: str) -> Response:
        """Pause sign-ups, direct messages between strangers, or links, for some hours."""
        panic.require_staff(actor(request))
        wanted = body(PauseIn, request)
        panic.pause(actor=actor(request), what=what, hours=wanted.hours, reason=wanted.reason)
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, what: str) -> Response:
        panic.resume(actor=actor(request), what=what)
        return Response(status=204)
