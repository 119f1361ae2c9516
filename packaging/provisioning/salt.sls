# SPDX-License-Identifier: GPL-2.0-or-later
# A state for Salt: the list is a file, and it is applied whenever the minion is not as it says.
fwport:
  pkg.installed: []
  service.enabled:
    - name: fwport-restore
    - require:
      - pkg: fwport
  file.managed:
    - name: /etc/fwport/openings.json
    - contents: |
        {"openings": [{"service": ["http", "https"]}]}
    - require:
      - pkg: fwport
  cmd.run:
    - name: fwport apply --no-confirm --file /etc/fwport/openings.json
    - unless: fwport plan --file /etc/fwport/openings.json
    - require:
      - file: fwport
