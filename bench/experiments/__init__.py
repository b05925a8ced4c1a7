"""The experiments with real servers; see `run`."""
