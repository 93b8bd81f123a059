"""Ground: what a product of this kind stands on, each room small."""
