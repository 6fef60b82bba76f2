"""Files for the paying bank, the cash points and the treasury."""
