"""Five hundred customers streaming at once and fifty desks open: what it costs, what is lost."""
