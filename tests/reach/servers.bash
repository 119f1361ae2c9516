# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# Servers as others run them, from the packages that parts.sh has unpacked.

# part PLACE PORT PROGRAM ARGUMENT...: in the background, until something listens on the TCP port.
part() {
	local place=$1 port=$2 parts=$built/tests/reach/parts program=$3 file
	shift 3
	file=$(find "$parts/usr/bin" "$parts/usr/sbin" -name "$program" 2>/dev/null)
	[ -n "$file" ] || skips "apt cannot fetch $program"
	start_other "$place" "$port" env LD_LIBRARY_PATH="$(dirname "$parts"/usr/lib/*-linux-gnu/.)" "$file" "$@"
}

# config NAME LINE...: a file for a part; says where it is.
config() {
	local file=$lab/$1
	shift
	printf '%s\n' "$@" >"$file"
	echo "$file"
}

# shellcheck disable=SC2016 # for nginx
nginx_config() {
	mkdir -p "$1"
	config nginx.conf "pid $1/pid;" 'events {}' 'http {' "client_body_temp_path $1; proxy_temp_path $1; fastcgi_temp_path $1; uwsgi_temp_path $1; scgi_temp_path $1;" \
		'access_log off;' "ssl_certificate $pki/healthy.pem; ssl_certificate_key $pki/healthy.key;" \
		'server { listen 80; listen [::]:80; return 301 https://$host$request_uri; }' \
		'server { listen 443 ssl http2; listen [::]:443 ssl http2; add_header Strict-Transport-Security max-age=31536000;' \
		'location / { default_type text/html; return 200 "<title>A page</title>"; } } }'
}

caddy_config() {
	config Caddyfile '{' 'admin off' 'auto_https disable_certs' "storage file_system $lab/caddy" '}' 'site.example {' "tls $pki/healthy.pem $pki/healthy.key" \
		'header Strict-Transport-Security max-age=31536000' 'respond "<title>A page</title>"' '}'
}
