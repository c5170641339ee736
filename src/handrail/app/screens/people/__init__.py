"""People: finding somebody, and entering somebody new with her request for a service."""
