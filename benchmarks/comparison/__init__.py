"""The tables and flows of the software compared with. Nothing of the product lives here."""
