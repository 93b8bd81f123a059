"""How order files become orders: fields and their words, one session a file, linking of cancellations, the way back."""
