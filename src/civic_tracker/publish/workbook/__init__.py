"""The workbook of a country."""
