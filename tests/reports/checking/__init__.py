"""Tests of the checking of reports. All passages are invented, told in the manner of published reports."""
