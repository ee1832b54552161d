"""What people wrote down: sources/*.toml and mappings/*.csv, each read by one strict reader."""
