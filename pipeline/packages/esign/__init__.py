"""The hand-off to an e-signing service: what a job is, its limits, its bundle, and the talk with the service."""
