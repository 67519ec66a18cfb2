"""One promise a file, named by its slug; `trustkeep.controls.catalogue` puts them in order."""
