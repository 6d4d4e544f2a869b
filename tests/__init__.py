"""The tests, one folder for each room. Nothing of the product lives here."""
