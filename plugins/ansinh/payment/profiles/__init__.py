"""One YAML file per paying bank."""
