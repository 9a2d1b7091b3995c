"""The shop's truth: orders, money, policies and the rules over them. No model, no HTTP."""
