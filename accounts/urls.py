from django.urls import path

from accounts import views

urlpatterns = [
    path("setup", views.Setup.as_view()),
    path("auth/register", views.Register.as_view()),
    path("auth/sign-in", views.SignIn.as_view()),
    path("auth/refresh", views.Refresh.as_view()),
    path("auth/sign-out", views.SignOut.as_view()),
    path("auth/sign-out-everywhere", views.SignOutEverywhere.as_view()),
    path("auth/sessions", views.Sessions.as_view()),
    path("auth/sessions/<str:session_id>", views.OneSession.as_view()),
    path("auth/password", views.Password.as_view()),
    path("users", views.People.as_view()),
    path("users/<str:user_id>", views.Person.as_view()),
]
