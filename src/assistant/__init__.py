"""The conversation and its surfaces: terminal, HTTP, page."""
