from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications", views.Notifications.as_view()),
    path("notifications/devices", views.Devices.as_view()),
    path("notifications/devices/<str:device_id>", views.OneDevice.as_view()),
    path("notifications/devices/<str:device_id>/tests", views.Trials.as_view()),
    path("notifications/tests/<str:trial_id>", views.OneTrial.as_view()),
    path("notifications/receipts/<str:token>", views.Receipt.as_view()),
    path("rooms/<str:room_id>/notifications", views.RoomNotifications.as_view()),
]
