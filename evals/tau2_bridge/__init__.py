"""OrderDesk as an agent of tau2-bench's retail domain: see README.md here."""
