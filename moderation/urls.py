from django.urls import path

from moderation import views

urlpatterns = [
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
    path("cases/<str:case_id>/outcome", views.CaseOutcome.as_view()),
]
