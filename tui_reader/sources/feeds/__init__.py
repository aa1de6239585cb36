"""Feeds: from bytes to what they tell, in their own words."""
