"""Orders: products, orders and lines, deliveries promised and kept, cancellations, returns. Reads customers. Announces OrdersLoaded."""
