"""Labour-market balance of a year: who fills the jobs, and induced migration."""
