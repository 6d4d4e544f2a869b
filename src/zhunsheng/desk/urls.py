"""The addresses of the officers' pages. Views live in the other modules of the desk."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
