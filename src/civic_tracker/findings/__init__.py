"""What is known of a country on a day: summary, acts and their state, rollback, timeline, series."""
