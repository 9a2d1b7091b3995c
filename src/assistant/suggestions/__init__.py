"""Replies drafted for the service desk: grounded as a customer's turn is, sent by a person only."""
