"""Learning from deliveries how long the next ones take, with a chance that is met."""
