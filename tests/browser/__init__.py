"""The customer page in a real browser, against a small scripted shop."""
