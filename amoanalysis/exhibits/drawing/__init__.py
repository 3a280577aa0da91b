"""Drawing of exhibits: page frame, chart forms, maps and labels."""
