"""Letters: what the payer still has to read and to send, one letter with its page and its paper, and the person's sent ones."""
