"""Kit: calendar arithmetic, money and text. Knows no customer and no Django."""
