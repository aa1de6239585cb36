"""How articles come in: every module here turns what it reads into `Article` or `Problem` values."""
