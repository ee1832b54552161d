"""What people and programs get: CSV files, feeds, calendars, frames, the terminal, report, workbook, package, site."""
