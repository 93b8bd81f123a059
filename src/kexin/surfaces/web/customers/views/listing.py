"""The list of customers."""
from django.http import HttpRequest, HttpResponse
from kexin.surfaces.frame.access import page
@page("customer.view")
def customers(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
