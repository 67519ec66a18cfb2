"""One subcommand a file; `trustkeep.cli.main.Command` says what each offers."""
