#!/bin/sh
# Makes the passwords of {{name}} and the files that hold them, in the folder secrets beside this script.
# Run it once, on the machine you deploy from. A second run keeps every password that is there.
# To choose a password yourself, set its variable: {{variables}}.
# The folder is open to you alone. The files in it can be read by the servers they are given to, in containers too.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets

# password NAME CHOSEN: writes NAME.password, 64 random hexadecimal digits unless one was chosen
password() {
  case "$2" in
    *[!A-Za-z0-9_-]*)
      echo "The password for $1 holds other characters than letters, digits, _ and -. Choose another." >&2
      exit 2
      ;;
    ?*)
      if [ "${#2}" -lt 20 ]; then
        echo "The password for $1 is shorter than 20 characters. Choose a longer one." >&2
        exit 2
      fi
      printf '%s' "$2" > "$1.password"
      ;;
    *)
      if [ ! -s "$1.password" ]; then
        head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' > "$1.password"
      fi
      ;;
  esac
}

# hash NAME: the SHA-256 of a password, which is all that users.acl holds
hash() {
  if command -v sha256sum > /dev/null; then
    sha256sum < "$1.password" | cut -d ' ' -f 1
  else
    shasum -a 256 < "$1.password" | cut -d ' ' -f 1
  fi
}

{{passwords}}

cat > users.acl <<USERS
user default off -@all
{{acl}}
USERS

cat > auth.conf <<AUTH
masteruser replication
masterauth $(cat replication.password)
AUTH
{{#watched}}

# Sentinels have a password of their own, and the right to watch the servers.
cat > sentinel-auth.conf <<AUTH
requirepass $(cat sentinels.password)
sentinel sentinel-pass $(cat sentinels.password)
sentinel auth-user {{name}} sentinel
sentinel auth-pass {{name}} $(cat sentinel.password)
AUTH
{{/watched}}
{{#tls}}

# One authority and one certificate for all servers of {{name}}. Bring your own by putting the four files here first.
if [ ! -s tls-server.crt ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN={{name}} authority" \
    -keyout tls-ca.key -out tls-ca.crt 2> /dev/null
  openssl req -newkey rsa:3072 -nodes -subj "/CN={{name}}" -keyout tls-server.key -out tls-server.csr 2> /dev/null
  echo "subjectAltName={{sans}}" > tls-server.ext
  openssl x509 -req -in tls-server.csr -CA tls-ca.crt -CAkey tls-ca.key -CAcreateserial -days 825 \
    -extfile tls-server.ext -out tls-server.crt 2> /dev/null
  rm -f tls-server.csr tls-server.ext
fi
{{/tls}}

# The same for Kubernetes.
{
  echo "apiVersion: v1"
  echo "kind: Secret"
  echo "metadata:"
  echo "  name: {{name}}-auth"
  echo "type: Opaque"
  echo "data:"
  for file in {{secret-files}}; do
    echo "  $file: $(base64 < "$file" | tr -d '\n')"
  done
} > kubernetes-secret.yaml
chmod 644 ./*
{{#tls}}
chmod 600 tls-ca.key
{{/tls}}
echo "The passwords of {{name}} are in $(pwd): one file for each user."
