#!/usr/bin/env bash
# install.sh HOST CERTIFICATE KEY [--postgresql] [--replace-changed]: set up this site, or bring an installed one up to this version, on
# Debian 12, as root, without a network. HOST is the name under which it is reached, CERTIFICATE and KEY the files of its TLS.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=/opt/wugang data=/var/lib/wugang backups=/var/backups/wugang logs=/var/log/wugang conf=/etc/wugang
# No index, however a person's pip is set up: the wheels of the archive are all there is.
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS

say() { printf '== %s\n' "$*"; }
fail() { printf '没有安装：%s\n' "$*" >&2; exit 1; }
has_systemd() { [ -d /run/systemd/system ]; }

[ "$(id -u)" = 0 ] || fail "请用 root 运行。"
host='' certificate='' key='' postgresql='' replace=''
for word in "$@"; do
  case $word in
    --postgresql) postgresql=yes ;;
    --replace-changed) replace=yes ;;
    -*) fail "不认识 $word。用法：install.sh 域名 证书文件 私钥文件 [--postgresql]" ;;
    *) if [ -z "$host" ]; then host=$word; elif [ -z "$certificate" ]; then certificate=$word; elif [ -z "$key" ]; then key=$word; fi ;;
  esac
done
[ -n "$key" ] || fail "用法：install.sh 域名 证书文件 私钥文件 [--postgresql]"
[[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || fail "域名 $host 写得不对。"
. /etc/os-release
[ "${VERSION_ID:-}" = 12 ] && [ "${ID:-}" = debian ] || fail "这是 ${PRETTY_NAME:-别的系统}，本脚本只认 Debian 12。"

say "核对安装包"
(cd "$here" && sha256sum --quiet --strict -c SHA256SUMS) || fail "安装包里有文件与清单不符：没有复制完整，或者被改过。请重新复制整个压缩包。"
version=$(cat "$here/VERSION")
release=$root/releases/$version

say "安装系统软件（都在安装包里）"
missing=()
for package in python3-venv nginx-light openssl logrotate ca-certificates ${postgresql:+postgresql-15}; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  # Only what is not there yet, and nothing older than what is: the rest of the machine stays as it is.
  list=$(mktemp -d)
  index=$list/Packages
  for deb in "$here"/debs/*.deb; do
    dpkg-deb -f "$deb" Package Version Architecture Maintainer Depends Pre-Depends Provides Conflicts Breaks Replaces Multi-Arch Essential Priority Section Installed-Size
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$deb")" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
  done > "$index"
  cp "$here"/debs/*.deb "$list/"
  echo "deb [trusted=yes] file:$list ./" > "$list/sources.list"
  mkdir -p "$list/lists/partial"
  options=(-o Dir::Etc::sourcelist="$list/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$list/lists" -o APT::Sandbox::User=root)
  apt-get -qq "${options[@]}" update
  # A new package must not start its service with settings that are not ours.
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  apt-get -qq "${options[@]}" -y --no-install-recommends install "${missing[@]}" > "$list/log" 2>&1 || { tail -20 "$list/log" >&2; fail "系统软件没有装成，原因见上。"; }
  rm -f /usr/sbin/policy-rc.d
  rm -rf "$list"
fi

say "核对证书"
openssl x509 -in "$certificate" -noout 2>/dev/null || fail "$certificate 不是 PEM 格式的证书。"
openssl pkey -in "$key" -noout 2>/dev/null || fail "$key 不是 PEM 格式的私钥，或者有口令：请先去掉口令。"
[ "$(openssl x509 -in "$certificate" -noout -pubkey)" = "$(openssl pkey -in "$key" -pubout)" ] || fail "证书和私钥不是一对。请核对两个文件。"
openssl x509 -in "$certificate" -noout -checkhost "$host" | grep -q 'does match' || fail "证书里没有 $host 这个域名。请换证书，或者核对域名。"
openssl x509 -in "$certificate" -noout -checkend 0 >/dev/null || fail "证书已经过期。"

getent passwd wugang >/dev/null || useradd --system --home-dir "$data" --no-create-home --shell /usr/sbin/nologin wugang
install -d -o wugang -g wugang -m 700 "$data" "$backups"
install -d -o wugang -g adm -m 750 "$logs"
install -d -o root -g wugang -m 750 "$conf"
install -d -m 755 "$root" "$root/releases"

current=$(readlink -f "$root/current" 2>/dev/null || true)
if [ -n "$current" ] && [ -d "$current" ]; then
  say "已经装有 $(basename "$current")"
  changed=$(cd "$current" && { sha256sum --quiet -c .sums 2>/dev/null | sed 's/: FAILED.*//'; } || true)
  if [ -n "$changed" ] && [ -z "$replace" ]; then
    printf '%s\n' "$changed" >&2
    fail "上面这些文件在本机改过，升级会丢掉这些改动。请先另外保存；确定不要的，加 --replace-changed 再运行。"
  fi
fi

say "安装 $version"
if [ ! -f "$release/.sums" ] || [ -n "$replace" ]; then  # without the list it was never finished
  rm -rf "$release"
  cp -r "$here/code" "$release"
  python3 -m venv "$release/.venv"
  "$release/.venv/bin/pip" install -q --no-index --find-links "$here/wheels" --only-binary :all: wugang-audit
  ln -sfn "$conf/env" "$release/.env"
  "$release/.venv/bin/python" -m compileall -q "$release" || true
  (cd "$release" && find . -type f -not -path './.venv/*' -not -name .sums -not -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum > .sums.part && mv .sums.part .sums)
fi

say "设置"
if [ ! -f "$conf/env" ]; then
  install -o root -g wugang -m 640 /dev/null "$conf/env"
  cat > "$conf/env" <<SETTINGS
# 全部设置的说明在 $root/current/.env.example
DATA_DIR=$data
ALLOWED_HOSTS=$host,localhost,127.0.0.1
CSRF_TRUSTED_ORIGINS=https://$host
SERVED_OVER_TLS=True
TRUSTED_PROXIES=unix
BIND=unix:/run/wugang/site.sock
BACKUP_DIR=$backups
ACCESS_LOG=$logs/access.log
SETTINGS
fi
grep -q "^ALLOWED_HOSTS=.*\b$host\b" "$conf/env" || fail "$conf/env 里的 ALLOWED_HOSTS 没有 $host。请先改那一行。"

if [ -n "$postgresql" ] && ! grep -q '^DATABASE_URL=' "$conf/env"; then
  say "建立 PostgreSQL 数据库"
  has_systemd && systemctl enable -q --now postgresql || pg_ctlcluster 15 main start 2>/dev/null || true
  owner=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n') site=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  # The site connects as a role that owns no table: it cannot drop the triggers by which log and trail only grow.
  runuser -u postgres -- psql -q -v ON_ERROR_STOP=1 <<SQL
CREATE ROLE wugang_owner LOGIN PASSWORD '$owner';
CREATE ROLE wugang LOGIN PASSWORD '$site';
CREATE DATABASE wugang OWNER wugang_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;
\connect wugang
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO wugang_owner;
GRANT USAGE ON SCHEMA public TO wugang;
ALTER DEFAULT PRIVILEGES FOR ROLE wugang_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wugang;
ALTER DEFAULT PRIVILEGES FOR ROLE wugang_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO wugang;
SQL
  echo "DATABASE_URL=postgres://wugang:$site@127.0.0.1:5432/wugang" >> "$conf/env"
  install -o root -g root -m 600 /dev/null "$conf/owner.env"
  echo "DATABASE_URL=postgres://wugang_owner:$owner@127.0.0.1:5432/wugang" > "$conf/owner.env"
fi

# What a person types: wugang-manage doctor. Commands that change tables run as their owner.
cat > /usr/local/bin/wugang-manage <<'COMMAND'
#!/bin/sh
# wugang-manage COMMAND…: a command of the site, as its own account. migrate, restore and restore_triggers as the owner of the tables.
[ "$(id -u)" = 0 ] || { echo "请用 root 运行。" >&2; exit 1; }
case "$1" in
  migrate | restore | restore_triggers | rebuild_search) [ -f /etc/wugang/owner.env ] && { set -a; . /etc/wugang/owner.env; set +a; } ;;
esac
cd /opt/wugang/current && exec setpriv --reuid=wugang --regid=wugang --init-groups .venv/bin/python manage.py "$@"
COMMAND
chmod 755 /usr/local/bin/wugang-manage

if [ -n "$current" ] && [ "$current" != "$release" ] && [ -d "$current" ]; then
  say "升级前先备份"
  wugang-manage backup || fail "升级前的备份没有做成，原因见上；现在的版本照常运行。"
fi

say "建表或升级表"
ln -sfn "$release" "$root/next"
run_next() {  # as `wugang-manage`, with the new version
  ( [ -f "$conf/owner.env" ] && { set -a; . "$conf/owner.env"; set +a; }
    cd "$root/next" && setpriv --reuid=wugang --regid=wugang --init-groups .venv/bin/python manage.py "$@" )
}
is_new=''
[ -n "$current" ] || is_new=yes
if ! run_next migrate --verbosity=0; then
  rm -f "$root/next"
  fail "表没有升级成，原因见上；现在的版本照常运行。备份在 $backups。"
fi
if [ -n "$is_new" ]; then
  run_next loaddata --verbosity=0 specialities law inspection_items holidays
  run_next load_checklists
fi
mv -T "$root/next" "$root/current"

say "服务和定时任务"
install -m 644 "$release"/wugang_audit/operations/deploy/systemd/* /etc/systemd/system/
install -m 644 "$release/wugang_audit/operations/deploy/logrotate.conf" /etc/logrotate.d/wugang
install -d -m 700 "$conf/tls"
install -m 600 "$certificate" "$conf/tls/certificate.pem"
install -m 600 "$key" "$conf/tls/key.pem"
sed "s/@HOST@/$host/g" "$release/wugang_audit/operations/deploy/nginx.conf" > /etc/nginx/sites-available/wugang
ln -sfn /etc/nginx/sites-available/wugang /etc/nginx/sites-enabled/wugang
rm -f /etc/nginx/sites-enabled/default
nginx -t -q || fail "nginx 的设置不对，原因见上。"
if has_systemd; then
  systemctl daemon-reload
  systemctl enable -q --now wugang.socket wugang.service wugang-backup.timer wugang-daily.timer wugang-unseal.timer wugang-hourly.timer
  systemctl restart wugang.service
  systemctl enable -q nginx && systemctl reload-or-restart nginx
  timedatectl set-ntp true 2>/dev/null || true
  curl_ready() { "$release/.venv/bin/python" "$release/wugang_audit/operations/deploy/probe.py"; }
  for _ in $(seq 60); do curl_ready >/dev/null 2>&1 && break; sleep 1; done
  curl_ready || fail "网站没有起来：请看 journalctl -u wugang -n 50。"
else
  say "这台机器没有运行 systemd：服务没有启动，文件都已放好。"
fi
ls -1dt "$root"/releases/* | tail -n +4 | xargs -r rm -rf  # this one and the two before it stay

say "装好了 $version：https://$host/"
if [ -n "$is_new" ]; then
  echo "接下来：wugang-manage createsuperuser 开立前两个账号；wugang-manage backup --new-key 文件 生成备份的钥匙；wugang-manage doctor 看一遍。"
fi
