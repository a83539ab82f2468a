# The environment as others run it.
set -eu
find output/venv -name '*.pyc' | wc -l
output/venv/bin/python -c 'import greet; greet.main()'
