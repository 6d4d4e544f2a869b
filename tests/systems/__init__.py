"""Tests of declared systems working together through the database."""
