"""What `make` calls: setting up, running everything on one machine, writing the generated documents. Not for app/."""
