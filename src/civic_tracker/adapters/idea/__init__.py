"""International IDEA: Democracy Tracker, Global Monitor, Global State of Democracy indices."""
