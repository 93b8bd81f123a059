from __future__ import annotations

from django.urls import path

from kexin.surfaces.web.orders.views import listed, order, product

app_name = "orders"

urlpatterns = [
    path("", listed.orders, name="list"),
    path("products/", listed.products, name="products"),
    path("<int:order_id>/", order.page, name="order"),
    path("<int:order_id>/delivery/", order.delivery, name="delivery"),
    path("<int:order_id>/cancel/", order.cancel, name="cancel"),
    path("<int:order_id>/reinstate/", order.reinstate, name="reinstate"),
    path("products/new/", product.new, name="product-new"),
    path("products/<int:product_id>/", product.edit, name="product"),
]
