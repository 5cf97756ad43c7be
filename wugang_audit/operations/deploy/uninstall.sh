#!/usr/bin/env bash
# uninstall.sh [--data]: take the site off this machine. Its data, settings and backups stay, unless --data says otherwise.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "请用 root 运行。" >&2; exit 1; }
if [ -d /run/systemd/system ]; then
  systemctl disable -q --now wugang.socket wugang.service wugang-{backup,daily,unseal,hourly}.timer 2>/dev/null || true
fi
rm -f /etc/systemd/system/wugang{,-backup,-daily,-unseal,-hourly}.{service,socket,timer} /etc/logrotate.d/wugang /usr/local/bin/wugang-manage
rm -f /etc/nginx/sites-enabled/wugang /etc/nginx/sites-available/wugang
rm -rf /opt/wugang
if [ -d /run/systemd/system ]; then systemctl daemon-reload; systemctl reload nginx 2>/dev/null || true; fi
if [ "${1:-}" = --data ]; then
  printf '将删除 /var/lib/wugang、/etc/wugang、/var/log/wugang（备份 /var/backups/wugang 不删）。输入 DELETE 确认：'
  read -r answer
  [ "$answer" = DELETE ] || { echo "没有删除数据。"; exit 0; }
  rm -rf /var/lib/wugang /etc/wugang /var/log/wugang
  echo "数据已删除；用 PostgreSQL 的，数据库 wugang 还在，请自己 dropdb。"
else
  echo "网站已卸下。数据在 /var/lib/wugang，设置在 /etc/wugang，备份在 /var/backups/wugang，都没有动。"
fi
