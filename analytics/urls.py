from django.urls import path

from analytics import views

urlpatterns = [
    path("analytics/days", views.AnalyticsDays.as_view()),
    path("analytics/rooms", views.AnalyticsRooms.as_view()),
    path("analytics/live", views.AnalyticsLive.as_view()),
]
