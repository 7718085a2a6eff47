from django.urls import path

from messaging import views

urlpatterns = [
    path("unread", views.Unread.as_view()),
    path("rooms/<str:room_id>/messages", views.Messages.as_view()),
    path("rooms/<str:room_id>/changes", views.Changes.as_view()),
    path("rooms/<str:room_id>/read", views.Read.as_view()),
    path("messages/<str:message_id>", views.OneMessage.as_view()),
    path("messages/<str:message_id>/reactions/<str:emoji>", views.Reactions.as_view()),
]
