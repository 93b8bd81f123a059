"""Files of consents, taken in and taken back."""
