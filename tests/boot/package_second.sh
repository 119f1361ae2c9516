#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The second boot brings back what was opened. Then fwport goes, and what it opened with it.
. /claims.bash
addresses
export DEBIAN_FRONTEND=noninteractive

# answers STATUS: a fwport that does nothing but end with it.
answers() {
	printf '#!/bin/sh\nexit %s\n' "$1" >/usr/local/sbin/fwport
	chmod +x /usr/local/sbin/fwport
	hash -r
}

as_before() {
	nft list ruleset >/now && diff /rules /now
}

claim "it is open after a boot" is_open https
answers 7
claim "whom it would lock out is told that the rules stay" says "its rules stay until the next boot" /var/lib/dpkg/info/fwport.prerm remove
rm /usr/local/sbin/fwport
claim "and they did" is_open https
echo 'fwport fwport/close-openings boolean false' | debconf-set-selections
claim "who does not want them closed" says "was asked not to close" /var/lib/dpkg/info/fwport.prerm remove
claim "keeps them" is_open https
echo 'fwport fwport/close-openings boolean true' | debconf-set-selections

fwport open 8443 --for 1h >/dev/null
claim "a timer waits for the end of another" bash -c 'systemctl list-units --all | grep fwport-expiry'
claim "without fwport-check" dpkg -r fwport-check
claim "fwport check says where to get it" says "a package of its own, fwport-check" fwport check example.com
claim "a change waits to be confirmed" says "fwport confirm" fwport open 9443 --confirm=600
claim "fwport is removed" dpkg -r fwport
nft list ruleset >/now
systemctl restart nftables.service
nft list ruleset >/rules
claim "and the rules are those of nftables.service, byte for byte" diff /rules /now
claim "no unit of it runs" bash -c '! systemctl list-units --plain --no-legend "fwport*" | grep .'
claim "what was recorded is kept" test -e /var/lib/fwport/state.json
claim "until it is purged" dpkg -P fwport fwport-check
