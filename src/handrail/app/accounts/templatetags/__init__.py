"""What every page needs to know of who is signed in: one template tag library, `drafts`."""
