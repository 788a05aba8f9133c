"""Everything that leaves this server: the one HTTP client and its address guard, and the mail transport."""
