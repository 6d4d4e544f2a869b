"""Measurements of speed, side by side with comparable software. Nothing of the product lives here, and no test."""
