# Makes an environment, installs a wheel of the codebase in it, and runs what it brought.
set -eu
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_CACHE_DIR=/tmp/pip

cd output
python3 -m venv venv
venv/bin/pip install --quiet ../greet-1.0-py3-none-any.whl
venv/bin/greet
venv/bin/python -c 'import greet, sys; greet.main(); print(sys.prefix, greet.__file__)'

# What is compiled stays so: the times of sources that Python keeps with it are those that it finds again.
touch mark
venv/bin/greet
find venv -newer mark
