"""Addresses of the customer pages."""

from django.urls import path

from kexin.surfaces.web.customers.views import credit, customer, file, knowledge, listing, reach

app_name = "customers"
urlpatterns = [
    path("", listing.customers, name="list"),
    path("new/", file.create, name="new"),
    path("new/duplicates/", file.twins, name="twins"),
    path("<int:customer_id>/", customer.show, name="customer"),
    path("<int:customer_id>/earlier/", customer.earlier, name="earlier"),
    path("<int:customer_id>/note/", customer.note, name="note"),
    path("<int:customer_id>/edit/", file.edit, name="edit"),
    path("<int:customer_id>/owner/", file.hand_over, name="hand_over"),
    path("<int:customer_id>/deactivate/", file.deactivate, name="deactivate"),
    path("<int:customer_id>/reactivate/", file.reactivate, name="reactivate"),
    path("<int:customer_id>/phone/", reach.reveal_phone, name="reveal_phone"),
    path("<int:customer_id>/contacts/new/", reach.add_contact, name="add_contact"),
    path("<int:customer_id>/points/new/", reach.add_point, name="add_point"),
    path("<int:customer_id>/entries/new/", knowledge.add_entry, name="add_entry"),
    path("<int:customer_id>/credit/", credit.write, name="credit"),
    path("<int:customer_id>/assets/new/", knowledge.add_asset, name="add_asset"),
    path("<int:customer_id>/days/new/", knowledge.add_occasion, name="add_occasion"),
    path("contacts/<int:contact_id>/", reach.change_contact, name="change_contact"),
    path("contacts/<int:contact_id>/remove/", reach.remove_contact, name="remove_contact"),
    path("points/<int:point_id>/", reach.change_point, name="change_point"),
    path("points/<int:point_id>/remove/", reach.remove_point, name="remove_point"),
    path("points/<int:point_id>/first/", reach.first_point, name="first_point"),
    path("points/<int:point_id>/reveal/", reach.reveal_point, name="reveal_point"),
    path("entries/<int:entry_id>/", knowledge.supersede_entry, name="supersede_entry"),
    path("assets/<int:asset_id>/", knowledge.change_asset, name="change_asset"),
    path("assets/<int:asset_id>/remove/", knowledge.remove_asset, name="remove_asset"),
    path("days/<int:occasion_id>/", knowledge.change_occasion, name="change_occasion"),
    path("days/<int:occasion_id>/remove/", knowledge.remove_occasion, name="remove_occasion"),
    path("days/<int:occasion_id>/reveal/", knowledge.reveal_occasion, name="reveal_occasion"),
]
