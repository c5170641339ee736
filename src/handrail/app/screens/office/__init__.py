"""Staff, log and workplace."""
