"""Write the file of a new study, finding, gap, project or organisation from what a person says of it."""
