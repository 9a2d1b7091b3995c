"""How good drafts for the desk are: situations on the demo shop, scored by code."""
