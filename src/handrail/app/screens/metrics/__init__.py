"""What a payer publishes about prior authorization: the page, CSV and JSON, and the requests behind each number."""
