"""The panes of the main screen: they are told what to show, and say what was done."""
