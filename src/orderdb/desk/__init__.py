"""The service desk: agents, what waits for them, and who may speak."""
