"""Review, continued stay and discharge."""
