"""Write the file of a new study, finding, gap, project, organisation or intervention from what a person says of it."""
