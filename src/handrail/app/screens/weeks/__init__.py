"""Weeks: people by days with the minutes that count, who is below what the definition asks, and who still can make it."""
