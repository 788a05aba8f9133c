"""The loop: claim, run, record; wait for more. It has no rules of its own."""
