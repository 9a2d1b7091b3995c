"""Does our shop do what tau2-bench's retail policy says? Its tasks, through our own proposals."""
