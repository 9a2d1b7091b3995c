"""The model as the adversary: what it tries, and what must hold whatever it tries."""
