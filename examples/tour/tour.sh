# What a program sees under the preset agent-safe. Run it with:
#   bin/agentfense run --preset agent-safe examples/tour -- sh tour.sh

say() { printf '\n== %s\n' "$1"; }

say "Who and where"
id -un
pwd

say "The listing has no .env"
ls -A

say "and it cannot be read"
cat .env || true

say "Sources can be read, not changed"
cat src/app.py
echo "# changed" | tee -a src/app.py >/dev/null || true

say "output/ can be written"
echo "a result" >output/result.txt
cat output/result.txt

say "There is no network"
cat /proc/net/dev | sed -n '3,$p' | cut -d: -f1
