"""What a model may call: typed, small, refusing politely."""
