"""The store platforms Goodword speaks to: one contract, one folder a platform. Nothing here knows Flask or a database."""
