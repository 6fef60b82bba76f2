"""An Sinh: a province's monthly social-benefit payments, from the communes' sheets to the bank and back."""
