"""Measuring the hot paths against floors that run beside them. docs/performance.md says how to read the figures."""
