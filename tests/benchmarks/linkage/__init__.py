"""The parts of `bench_dedup`: a province written straight into the warehouse, our stage, Splink beside it, and the memory of both."""
