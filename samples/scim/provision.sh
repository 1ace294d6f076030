#!/bin/sh
# Creates a user and a group with SCIM, deactivates the user, and deletes both.
# Usage: GRANTOR=http://localhost:8888 KEY=sk-... sh provision.sh
set -eu
scim() {
  method=$1 path=$2
  shift 2
  curl --silent --show-error --fail-with-body -X "$method" "$GRANTOR/scim/v2$path" \
    -H "Authorization: Bearer $KEY" -H 'Content-Type: application/scim+json' "$@"
}
id_of() { sed -E 's/^.*"id":"([^"]*)".*$/\1/'; }

USER=$(scim POST '/Users?attributes=id' -d '{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
  "userName": "jean@example.com", "externalId": "employee-1924", "displayName": "Jean Bartik",
  "name": {"givenName": "Jean", "familyName": "Bartik"},
  "emails": [{"value": "jean@example.com", "primary": true}]
}' | id_of)
echo "user $USER"

GROUP=$(scim POST '/Groups?attributes=id' -d "{
  \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:Group\"],
  \"displayName\": \"Engines\", \"members\": [{\"value\": \"$USER\"}]
}" | id_of)
echo "group $GROUP"

scim GET '/Users?attributes=userName,groups.display' -G --data-urlencode 'filter=userName eq "jean@example.com"'
echo

scim PATCH "/Users/$USER?attributes=active" -d '{
  "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  "Operations": [{"op": "replace", "path": "active", "value": false}]
}'
echo

scim DELETE "/Groups/$GROUP"
scim DELETE "/Users/$USER"
echo 'deleted'
