"""Order pages: orders with their lines, what undid them, delivery kept or late, cancelling; products and their cost."""
