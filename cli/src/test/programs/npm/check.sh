# The application as others run it.
set -eu
cd output/app
node -e "console.log(require('greeter')('node'))"
node_modules/.bin/greet shell
