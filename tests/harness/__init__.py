"""What tests/run is made of: building pairs, watching processes, judging scenarios."""
