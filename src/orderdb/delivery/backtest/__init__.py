"""How good estimates would have been: every one made with what was known at its moment."""
