from django.urls import path

from rooms import block_views, views

urlpatterns = [
    path("me/blocks", block_views.Blocks.as_view()),
    path("me/blocks/<str:user_id>", block_views.OneBlock.as_view()),
    path("rooms", views.Rooms.as_view()),
    path("rooms/directory", views.Directory.as_view()),
    path("rooms/direct", views.DirectRooms.as_view()),
    path("rooms/<str:room_id>", views.OneRoom.as_view()),
    path("rooms/<str:room_id>/archive", views.Archive.as_view()),
    path("rooms/<str:room_id>/members", views.Members.as_view()),
    path("rooms/<str:room_id>/members/me", views.MyMembership.as_view()),
    path("rooms/<str:room_id>/members/<str:user_id>", views.OneMember.as_view()),
]
