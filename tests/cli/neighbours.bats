#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Other programs that keep rules here: who status says they are, and that our rules live as long as it says when they do to the ruleset
# what they do. The programs themselves are run in tests/boot/neighbours.sh; the commands here are those that the others run.

# shellcheck disable=SC2154,SC2030,SC2031,SC2034 # world.bash and run set what is not set here
load world
load watching

setup() {
	command -v iptables-nft >/dev/null || skip "needs iptables-nft"
	world_up
}
teardown() { world_down; }

# The host drops what comes in, in a table of iptables-nft.
drop_all() {
	host iptables-nft -P INPUT DROP
	host iptables-nft -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
	host iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT
}

# What dockerd 20.10 sends to the filter table when it starts, in its order; some of it fails, now or the next time.
docker_starts() {
	local command
	while read -r command; do
		# shellcheck disable=SC2086 # words of the command
		host iptables-nft $command 2>/dev/null || true
	done <<-'END'
		-F DOCKER
		-X DOCKER
		-F DOCKER-ISOLATION-STAGE-1
		-X DOCKER-ISOLATION-STAGE-1
		-F DOCKER-ISOLATION-STAGE-2
		-X DOCKER-ISOLATION-STAGE-2
		-N DOCKER
		-N DOCKER-ISOLATION-STAGE-1
		-N DOCKER-ISOLATION-STAGE-2
		-A DOCKER-ISOLATION-STAGE-1 -j RETURN
		-A DOCKER-ISOLATION-STAGE-2 -j RETURN
		-P FORWARD DROP
		-D FORWARD -i docker0 -o docker0 -j ACCEPT
		-D FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-D FORWARD -o docker0 -j DOCKER
		-D FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-I FORWARD -i docker0 -o docker0 -j ACCEPT
		-I FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-I FORWARD -o docker0 -j DOCKER
		-I FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-D FORWARD -j DOCKER-ISOLATION-STAGE-1
		-I FORWARD -j DOCKER-ISOLATION-STAGE-1
		-I DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
		-I DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
		-N DOCKER-USER
		-A DOCKER-USER -j RETURN
		-D FORWARD -j DOCKER-USER
		-I FORWARD -j DOCKER-USER
	END
	host iptables-nft -C FORWARD -j DOCKER-USER
}

# As libvirtd does for each network: its calls are there once, its own rules are deleted and put in again.
libvirtd_starts() {
	host iptables-nft -N LIBVIRT_INP 2>/dev/null || true
	host iptables-nft -C INPUT -j LIBVIRT_INP 2>/dev/null || host iptables-nft -I INPUT -j LIBVIRT_INP
	host iptables-nft -D LIBVIRT_INP -i virbr0 -p udp --dport 53 -j ACCEPT 2>/dev/null || true
	host iptables-nft -I LIBVIRT_INP -i virbr0 -p udp --dport 53 -j ACCEPT
}

# As kube-proxy does: its chains are written as a whole, what else is in the table is not named.
kube_proxy_synchronizes() {
	host iptables-nft-restore --noflush <<-'END'
		*filter
		:KUBE-SERVICES - [0:0]
		:KUBE-PROXY-FIREWALL - [0:0]
		-A KUBE-SERVICES -m comment --comment "default/web has no endpoints" -d 10.96.0.10/32 -p tcp --dport 80 -j REJECT
		COMMIT
	END
	host iptables-nft -C INPUT -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL 2>/dev/null ||
		host iptables-nft -I INPUT -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
}

# lives_beside COMMAND NAME EVIDENCE EVENT: what stands in INPUT stays when the command is run again.
lives_beside() {
	drop_all
	"$1"
	serve 443
	fwport open https -4
	expect 443=open
	fwport status
	assert_says "  $2: $3" "Our rules in ip filter INPUT stay at \"$4\"."
	"$1"
	expect 443=open
	fwport close https -4
	expect 443=closed
}

@test "docker: what stands in INPUT stays when it starts again" {
	lives_beside docker_starts docker "chains DOCKER* in ip filter" "systemctl restart docker"
}

@test "libvirt: what stands in INPUT stays when it starts again" {
	lives_beside libvirtd_starts libvirt "chains LIBVIRT_* in ip filter" "systemctl restart libvirtd"
}

@test "kube-proxy: what stands in INPUT stays when it synchronizes" {
	lives_beside kube_proxy_synchronizes kube-proxy "chains KUBE-* in ip filter" "a synchronization of kube-proxy"
}

@test "nobody: an admin's rules are nobody else's" {
	drop_all
	fwport open https -4
	fwport status
	assert_says_not "Others have rules here"
	fwport --json status
	assert_field neighbours "[]"
}

@test "services: one that loads rules and leaves no sign is told while systemd has it active" {
	drop_all
	fwport open https -4
	host mkdir -p /run/systemd/units
	host ln -s 1f /run/systemd/units/invocation:nftables.service
	fwport status
	assert_says "  nftables.service: the service is active" \
		"Our rules in ip filter INPUT, inet fwport input go at \"systemctl reload nftables\"" \
		"What goes comes back with \"fwport restore\"; by itself while \"fwport watch\" runs"
	fwport --json status
	assert_field neighbours.0.name nftables.service
	watch_begin
	fwport status
	assert_says "What goes is put back by fwport watch."
	fwport --json status
	assert_field watched true
	host rm /run/systemd/units/invocation:nftables.service
	fwport status
	assert_says_not nftables.service
}

@test "catalogue: an application profile of ufw and a service of firewalld are opened by name" {
	drop_all
	mkdir "$world/ufw" "$world/firewalld"
	export FWPORT_UFW_DIR=$world/ufw FWPORT_FIREWALLD_DIR=$world/firewalld
	printf '%s\n' '[Nginx Full]' 'title=Web' 'ports=80,443/tcp' >"$world/ufw/nginx"
	echo '<service><port protocol="tcp" port="8443"/><helper name="tftp"/></service>' >"$world/firewalld/panel.xml"
	echo '<service><port protocol="tcp" port="1723"/><protocol value="gre"/></service>' >"$world/firewalld/pptpd.xml"
	serve 443 8443
	fwport open "Nginx Full" -4
	expect 443=open
	assert_says "Nginx Full 443/tcp" "Nginx Full 80/tcp"
	fwport open panel -4
	expect 8443=open
	assert_says "firewalld gives panel a helper of connection tracking (tftp), fwport opens its ports alone"
	fwport open pptpd -4
	assert_status 3
	assert_says "\"pptpd\" of firewalld is more than ports: protocol \"gre\"" "hint: its ports by number: 1723/tcp"
	fwport services "Nginx Full"
	assert_says "80/tcp, 443/tcp" "$world/ufw/nginx:1"
	fwport services pptpd
	assert_says "It cannot be opened by this name"
	fwport close "Nginx Full" -4
	expect 443=closed
}
