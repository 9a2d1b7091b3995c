"""Ways in for a shop's orders."""
