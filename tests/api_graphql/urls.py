"""The site with the API, whatever scheduler/urls.py serves."""

from api_graphql.urls import urlpatterns as api
from scheduler.urls import urlpatterns as site

urlpatterns = [*api, *site]
