#!/bin/bash
# ceph-rgw.sh start|stop|env|kill-rgw|start-rgw|user|quota|guard|purge   (run as root)
# A one-node Ceph cluster (1 mon, 1 osd, no mgr) and its S3 gateway radosgw on 127.0.0.1, without
# systemd.  All state is under $CEPH_RGW_DIR; every command may be repeated; `start` prints the keys.
# Exit code 3: this system cannot have Ceph (no root, no apt, no network), so the tests that need it are skipped.
set -euo pipefail
D=${CEPH_RGW_DIR:-/tmp/ceph-rgw}
PORT=${CEPH_RGW_PORT:-7480}               # S3 over http
TLS=${CEPH_RGW_TLS_PORT:-}                # set it for https too (self-signed, $D/tls.pem)
MON=${CEPH_MON_PORT:-13300}
OSDP=${CEPH_OSD_PORTS:-13310-13349}
STORE=${CEPH_RGW_STORE:-bluestore}        # bluestore (sparse file) | memstore (RAM, a new cluster at every start)
SIZE=${CEPH_RGW_SIZE:-8589934592}         # capacity, bytes
AK=${CEPH_RGW_ACCESS_KEY:-CITESTACCESSKEY00001}
SK=${CEPH_RGW_SECRET_KEY:-ci-test-secret-key-0123456789abcdefghijkl}
C=$D/ceph.conf; RUN=$D/run; LOG=$D/log; ROOT=$D.root
PKGS="ceph-mon ceph-osd radosgw ceph-common curl openssl"
BINS="ceph-mon ceph-osd radosgw radosgw-admin ceph monmaptool ceph-authtool curl openssl"

say() { echo "ceph-rgw: $*" >&2; }
die() { say "$*"; exit 1; }
cannot() { say "$*"; exit 3; }
have() { local b; for b in "$@"; do command -v "$b" >/dev/null || return 1; done; }
apt_install() {
  [ "$(id -u)" = 0 ] || cannot "Ceph is not installed, and only root may install it (apt-get install $*)"
  have apt-get || cannot "Ceph is not installed, and this system has no apt-get"
  local l; l=$(mktemp)
  # several test files may come here at once
  exec 8>"${TMPDIR:-/tmp}/ceph-rgw-install.lock"; flock 8; if have $BINS; then exec 8>&-; return 0; fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$l" 2>&1 \
    || { tail -3 "$l" >&2; cannot "apt-get install $* failed"; }
  rm -f "$l"; exec 8>&-
}

alive() {  # NAME -> 0 when the daemon of that name that we started still runs
  local p; p=$(cat "$RUN/$1.pid" 2>/dev/null) || return 1
  [ -n "$p" ] && tr '\0' ' ' 2>/dev/null <"/proc/$p/cmdline" | grep -qF -- " -c $C "
} 2>/dev/null
wait_for() { # SECONDS NAME WHAT CMD...   stops waiting at once when daemon NAME has died
  local end=$((SECONDS + $1)) name=$2 what=$3; shift 3
  until "$@" >/dev/null 2>&1; do
    alive "$name" || { tail -5 "$LOG/$name.out" >&2; die "$name died while waiting for $what; logs in $LOG"; }
    [ $SECONDS -lt $end ] || die "timed out waiting for $what; logs in $LOG"
    sleep .1
  done
}
spawn() { # NAME CMD...
  local n=$1; shift
  setsid "$@" </dev/null >>"$LOG/$n.out" 2>&1 9>&- & echo $! >"$RUN/$n.pid"
}
kill_one() { # NAME [SIG]
  if alive "$1"; then
    local p; p=$(cat "$RUN/$1.pid"); kill "-${2:-TERM}" "$p" 2>/dev/null || true
    for _ in $(seq 50); do alive "$1" || break; sleep .1; done
    if alive "$1"; then say "$1 ($p) ignored ${2:-TERM}: SIGKILL"; kill -KILL "$p" 2>/dev/null || true; sleep .3; fi
  fi
  rm -f "$RUN/$1.pid"
}
http_up() { [ "$(curl -s -o /dev/null -m 2 --noproxy '*' -w '%{http_code}' "http://127.0.0.1:$PORT/")" = 200 ]; }
osd_up() { timeout 5 ceph -c "$C" osd stat | grep -q '1 up'; }
conf() {
  mkdir -p "$RUN" "$LOG" "$D/crash" "$D/rgw"
  [ ! -f "$D/store" ] || [ "$(cat "$D/store")" = "$STORE" ] || die "$D holds a $(cat "$D/store") cluster: purge it first"
  echo "$STORE" >"$D/store"
  [ -f "$D/fsid" ] || cat /proc/sys/kernel/random/uuid >"$D/fsid"
  [ -f "$D/osd.uuid" ] || cat /proc/sys/kernel/random/uuid >"$D/osd.uuid"
  local fe="beast endpoint=127.0.0.1:$PORT tcp_nodelay=1"      # without tcp_nodelay every small GET/PUT costs +40 ms
  if [ -n "$TLS" ]; then
    [ -f "$D/tls.pem" ] || { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$D/tls.key" -out "$D/tls.crt" 2>/dev/null; cat "$D/tls.key" "$D/tls.crt" >"$D/tls.pem"; }
    fe="$fe ssl_endpoint=127.0.0.1:$TLS ssl_certificate=$D/tls.pem"
  fi
  cat >"$C" <<CONF
[global]
fsid = $(cat "$D/fsid")
mon_initial_members = a
mon_host = [v2:127.0.0.1:$MON]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv4 = true
ms_bind_ipv6 = false
ms_bind_msgr1 = false
ms_bind_port_min = ${OSDP%-*}
ms_bind_port_max = ${OSDP#*-}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = $D/keyring
run_dir = $RUN
admin_socket = $RUN/\$name.asok
log_file = $LOG/\$name.log
mon_cluster_log_file = $LOG/cluster.log
log_to_stderr = false
err_to_stderr = false
crash_dir = $D/crash
pid_file =
mon_data = $D/mon.a
mon_data_avail_warn = 1
mon_data_avail_crit = 0
mon_allow_pool_size_one = true
mon_allow_pool_delete = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
osd_data = $D/osd.0
osd_objectstore = $STORE
osd_memory_target = 1073741824
osd_crush_chooseleaf_type = 0
osd_class_update_on_start = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
memstore_device_bytes = $SIZE
bluestore_block_size = $SIZE
bluestore_block_create = true
[client.rgw.ci]
rgw_data = $D/rgw
rgw_frontends = $fe
rgw_thread_pool_size = 64
rgw_run_sync_thread = false
CONF
}
start_mon() {
  alive mon.a && return
  if [ ! -f "$D/mon.a/.mkfs-done" ]; then
    rm -rf "$D/mon.a" "$D/monmap" "$D/keyring" "$D/user.done"; mkdir -p "$D/mon.a"
    monmaptool --create --fsid "$(cat "$D/fsid")" --addv a "[v2:127.0.0.1:$MON]" "$D/monmap" >/dev/null
    local k=(ceph-authtool "$D/keyring" --gen-key)
    { "${k[@]}" --create-keyring -n mon. --cap mon 'allow *'
      "${k[@]}" -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
      "${k[@]}" -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
      "${k[@]}" -n client.rgw.ci --cap mon 'allow rw' --cap osd 'allow rwx'; } >/dev/null
    ceph-mon -c "$C" -i a --mkfs --monmap "$D/monmap" --keyring "$D/keyring" >>"$LOG/mkfs.log" 2>&1
    touch "$D/mon.a/.mkfs-done"
  fi
  spawn mon.a ceph-mon -c "$C" -i a -f
  wait_for 30 mon.a "the monitor" timeout 5 ceph -c "$C" mon stat
}
start_osd() {
  alive osd.0 && return
  if [ ! -f "$D/osd.0/.mkfs-done" ]; then
    rm -rf "$D/osd.0"; mkdir -p "$D/osd.0"
    timeout 30 ceph -c "$C" osd new "$(cat "$D/osd.uuid")" 0 >>"$LOG/mkfs.log" 2>&1
    ceph-osd -c "$C" -i 0 --mkfs --osd-uuid "$(cat "$D/osd.uuid")" >>"$LOG/mkfs.log" 2>&1
    touch "$D/osd.0/.mkfs-done"
  fi
  spawn osd.0 ceph-osd -c "$C" -i 0 -f
  wait_for 60 osd.0 "the osd" osd_up
}
make_user() {
  [ -f "$D/user.done" ] && return
  local a=(timeout 120 radosgw-admin -c "$C" -n client.rgw.ci)
  "${a[@]}" user create --uid=ci --display-name=ci --access-key="$AK" --secret-key="$SK" --max-buckets=0 >"$D/user.json" 2>>"$LOG/admin.log" \
    || "${a[@]}" user info --uid=ci >"$D/user.json" 2>>"$LOG/admin.log" || { tail -5 "$LOG/admin.log" >&2; die "radosgw-admin failed"; }
  touch "$D/user.done"
}
start_rgw() {
  alive rgw || spawn rgw radosgw -c "$C" -n client.rgw.ci -f
  wait_for 90 rgw "radosgw" http_up
}
keys() {
  printf '%s\n' "S3_ENDPOINT=http://127.0.0.1:$PORT" ${TLS:+"S3_TLS_ENDPOINT=https://localhost:$TLS" "S3_TLS_CA=$D/tls.crt"} \
    S3_REGION=us-east-1 S3_FORCE_PATH_STYLE=true "AWS_ACCESS_KEY_ID=$AK" "AWS_SECRET_ACCESS_KEY=$SK"
}
lock() { mkdir -p "$D"; exec 9>"$D.lock"; flock -w 300 9 || die "another ceph-rgw.sh holds $D.lock"; }

admin() { timeout 120 radosgw-admin -c "$C" -n client.rgw.ci "$@" 2>>"$LOG/admin.log"; }
purge() {
  [ -d "$D" ] || exit 0; lock; for n in rgw osd.0 mon.a; do kill_one $n KILL; done
  find "$D" -mindepth 1 -delete; rmdir "$D" 2>/dev/null || true; rm -f "$D.lock"
}

case "${1:-}" in
  start)
    lock; have $BINS || { say "installing $PKGS"; apt_install $PKGS; }
    if ! { alive mon.a && alive osd.0 && alive rgw && http_up; }; then
      if [ "$STORE" = memstore ] && ! alive osd.0; then kill_one rgw; kill_one mon.a; rm -rf "$D/mon.a" "$D/osd.0"; fi
      conf; start_mon; start_osd; make_user; start_rgw
    fi
    keys | tee "$D/s3.env" ;;
  stop) [ -d "$RUN" ] || exit 0; lock; kill_one rgw; kill_one osd.0; kill_one mon.a; say stopped ;;
  kill-rgw) kill_one rgw KILL ;;       # crash tests: only the gateway dies, in the middle of requests
  start-rgw) lock; start_rgw ;;
  env) keys ;;
  status)
    rc=0; for n in mon.a osd.0 rgw; do
      if alive $n; then p=$(cat "$RUN/$n.pid"); echo "$n up pid=$p rss_kib=$(awk '/VmRSS/{print $2}' "/proc/$p/status")"; else echo "$n down"; rc=1; fi
    done
    if http_up; then echo "s3 http://127.0.0.1:$PORT serving"; else echo "s3 not serving"; rc=1; fi
    exit $rc ;;
  user) # UID ACCESS SECRET      another user, who owns no bucket and may make none
    admin user create --uid="$2" --display-name="$2" --access-key="$3" --secret-key="$4" --max-buckets=-1 >/dev/null || die "no user $2" ;;
  quota) # BUCKET OBJECTS        no more than so many objects in that bucket
    admin quota set --quota-scope=bucket --bucket="$2" --max-objects="$3" && admin quota enable --quota-scope=bucket --bucket="$2" ;;
  guard) # PID                   purges when that process is gone, however it ended
    while kill -0 "$2" 2>/dev/null; do sleep 1; done; purge ;;
  purge) purge ;;
  *) echo "usage: $0 start|stop|status|env|kill-rgw|start-rgw|user|quota|guard|purge" >&2; exit 2 ;;
esac
