#!/bin/sh
# Starts one of the programs by its name, as the image and the systemd units do: the process of this script becomes the program.
# SPEEDSPACE_HOME is where dist/ and node_modules/ are. Node is the one that npm installed there, else the one of the system.
set -eu
home=${SPEEDSPACE_HOME:-/app}
node=$home/node_modules/.bin/node
[ -x "$node" ] || node=node

program=${1:-}
[ $# -eq 0 ] || shift
case $program in
  # By default, Node.js collects late what is no longer used: exports of a million lines then took an API process to 390 MB instead of 260 MB.
  api) exec "$node" --max-semi-space-size=6 --heap-growing-percent=20 "$home/dist/apps/api/src/main.js" "$@" ;;
  controller) exec "$node" "$home/dist/apps/controller/src/main.js" "$@" ;;
  admin) exec "$node" "$home/dist/apps/api/src/admin.main.js" "$@" ;;
  mss) exec "$node" "$home/dist/apps/cli/src/main.js" "$@" ;;
  cluster-sim) exec "$node" "$home/dist/apps/cluster-sim/src/main.js" "$@" ;;
  # Whether the API of this container is alive, or the controller where CONTROLLER_PORT is set.
  health)
    exec "$node" --eval 'fetch(`http://127.0.0.1:${process.env.CONTROLLER_PORT || process.env.PORT || 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))'
    ;;
  *)
    echo "speedspace: \"$program\" is no program: take api, controller, admin, mss, cluster-sim or health." >&2
    exit 2
    ;;
esac
