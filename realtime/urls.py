from django.urls import path

from realtime import views

urlpatterns = [path("socket/ticket", views.SocketTicket.as_view())]
