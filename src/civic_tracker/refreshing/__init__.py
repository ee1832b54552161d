"""The scheduled job: refresh, health, doctor, schedule."""
