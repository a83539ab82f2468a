# What lies there is up to date for others too.
set -eu
make --question
output/calculator
