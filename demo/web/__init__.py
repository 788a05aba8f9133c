"""What people see: the shop and the keeper's page."""
