"""Goodword: a self-hosted referral server for online stores."""

__version__ = "0.1.0"
