from django.urls import path

from messaging import file_views, views

urlpatterns = [
    path("rooms/<str:room_id>/messages", views.Messages.as_view()),
    path("unread", views.Unread.as_view()),
    path("rooms/<str:room_id>/changes", views.Changes.as_view()),
    path("rooms/<str:room_id>/read", views.Read.as_view()),
    path("rooms/<str:room_id>/files", file_views.RoomFiles.as_view()),
    path("rooms/<str:room_id>/picture", file_views.RoomPicture.as_view()),
    path("me/avatar", file_views.Avatar.as_view()),
    path("uploads", file_views.Uploads.as_view()),
    path("uploads/<str:file_id>", file_views.OneUpload.as_view()),
    path("uploads/<str:file_id>/complete", file_views.CompleteUpload.as_view()),
    path("rooms/<str:room_id>/pinned", views.Pinned.as_view()),
    path("rooms/<str:room_id>/place", views.Place.as_view()),
    path("search", views.Search.as_view()),
    path("messages/<str:message_id>", views.OneMessage.as_view()),
    path("messages/<str:message_id>/previews", file_views.Previews.as_view()),
    path("messages/<str:message_id>/pin", views.Pin.as_view()),
    path("messages/<str:message_id>/reactions/<str:emoji>", views.Reactions.as_view()),
]
