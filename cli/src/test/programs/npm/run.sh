# Packs two packages of the codebase, installs them from their tarballs, and uses them. No registry, no network.
set -eu
export npm_config_cache=/tmp/npm npm_config_offline=true npm_config_audit=false npm_config_fund=false
export npm_config_update_notifier=false npm_config_loglevel=error

npm pack --silent --pack-destination output ./words ./greeter
cd output/app
npm install --silent ../words-1.0.0.tgz ../greeter-2.1.0.tgz
node -e "console.log(require('greeter')('node'))"
npm start --silent
cat node_modules/greeter/installed.txt
