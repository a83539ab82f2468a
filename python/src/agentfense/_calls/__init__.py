"""Every request that this package makes, as pure functions."""
