"""Years of a company in a minute: ends, holds, returns, outages, kills and clocks by one seed."""
