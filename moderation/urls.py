from django.urls import path

from moderation import rule_views, views

urlpatterns = [
    path("rules", rule_views.Rules.as_view()),
    path("rules/<str:rule_id>", rule_views.OneRule.as_view()),
    path("rules/<str:rule_id>/trial", rule_views.RuleTrial.as_view()),
    path("held", rule_views.Held.as_view()),
    path("held/<str:held_id>", rule_views.OneHeld.as_view()),
    path("rooms/<str:room_id>/held", rule_views.HeldInRoom.as_view()),
    path("pauses", rule_views.Pauses.as_view()),
    path("pauses/<str:what>", rule_views.OnePause.as_view()),
    path("reports", views.Reports.as_view()),
    path("sanctions", views.Sanctions.as_view()),
    path("sanctions/<str:sanction_id>", views.OneSanction.as_view()),
    path("sanctions/<str:sanction_id>/appeal", views.AppealDecision.as_view()),
    path("me/sanctions", views.MySanctions.as_view()),
    path("me/sanctions/<str:sanction_id>/seen", views.Seen.as_view()),
    path("me/sanctions/<str:sanction_id>/appeal", views.MyAppeal.as_view()),
    path("appeals", views.OpenAppeals.as_view()),
    path("messages/<str:message_id>/tombstone", views.Tombstone.as_view()),
    path("cases", views.Cases.as_view()),
    path("cases/<str:case_id>", views.OneCase.as_view()),
    path("cases/<str:case_id>/claim", views.Claim.as_view()),
    path("cases/<str:case_id>/notes", views.Notes.as_view()),
    path("cases/<str:case_id>/messages/<str:message_id>", views.CaseMessage.as_view()),
    path("cases/<str:case_id>/messages/<str:message_id>/tombstone", views.CaseTombstone.as_view()),
    path("cases/<str:case_id>/outcome", views.CaseOutcome.as_view()),
]
