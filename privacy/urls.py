from django.urls import path

from privacy import views

urlpatterns = [
    path("me/export", views.MyExport.as_view()),
    path("me/account", views.MyAccount.as_view()),
]
