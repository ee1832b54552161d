"""What a record is: schema, dates, periods, status, changes, problems. Imports only the ground."""
