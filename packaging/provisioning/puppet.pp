# SPDX-License-Identifier: GPL-2.0-or-later
# A class for Puppet: the list is a file, and it is applied whenever the host is not as it says.
class fwport (
  Hash $wanted = { 'openings' => [{ 'service' => ['http', 'https'] }] },
) {
  package { 'fwport':
    ensure => installed,
  }
  service { 'fwport-restore':
    enable  => true,
    require => Package['fwport'],
  }
  file { '/etc/fwport/openings.json':
    content => stdlib::to_json_pretty($wanted),
    require => Package['fwport'],
  }
  exec { 'fwport':
    command => 'fwport apply --no-confirm --file /etc/fwport/openings.json',
    unless  => 'fwport plan --file /etc/fwport/openings.json',
    path    => ['/usr/local/sbin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    require => File['/etc/fwport/openings.json'],
  }
}
