#!/bin/sh
# Runs OpenLDAP with one user and one group on loopback, until Ctrl+C. Needs Debian's package slapd.
# Usage: sh run.sh [port]
set -eu
PORT=${1:-3890}
HERE=$(cd "$(dirname "$0")" && pwd)
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PATH=$PATH:/usr/sbin

cat > "$FOLDER/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=example,dc=com"
rootdn "cn=grantor,dc=example,dc=com"
rootpw service
directory $FOLDER
CONF
slapadd -f "$FOLDER/slapd.conf" -l "$HERE/people.ldif"

cat <<TEXT
Start Grantor with these settings, and sign in as hopper with the password compiler-of-1952:

export GRANTOR_LDAP_URL=ldap://localhost:$PORT GRANTOR_LDAP_START_TLS=off
export GRANTOR_LDAP_BIND_DN=cn=grantor,dc=example,dc=com GRANTOR_LDAP_BIND_PASSWORD=service
export GRANTOR_LDAP_BASE_DN=ou=people,dc=example,dc=com
export GRANTOR_LDAP_GROUP_BASE_DN=ou=groups,dc=example,dc=com GRANTOR_LDAP_ADMIN_GROUP=grantor-admins

TEXT
slapd -d 0 -f "$FOLDER/slapd.conf" -h "ldap://localhost:$PORT"
