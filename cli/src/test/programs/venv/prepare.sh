# A wheel is a zip file.
set -eu
/usr/bin/python3 -m zipfile -c greet-1.0-py3-none-any.whl greet greet-1.0.dist-info
