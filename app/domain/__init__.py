"""Pure rules: values in, decisions out. The standard library only; no clock, no database, no platform."""
