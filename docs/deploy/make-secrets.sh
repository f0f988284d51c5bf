#!/bin/sh
# Makes the files that compose.yaml mounts, below ./secrets. What is there already is left alone.
set -eu
umask 077
mkdir -p secrets
cd secrets

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }

[ -e dcr-secret ] || random >dcr-secret
[ -e redis-password ] || random >redis-password
if [ ! -e redis-users.acl ]; then
  {
    # Enough for the health check, and for nothing else.
    echo 'user default reset on nopass +ping'
    echo "user dcr reset on >$(cat redis-password) ~dcr:* +info +time +get +mget +set +exists +hget +hmget +hgetall +hset +hdel +del +pexpireat +incrby +pttl +expire +zadd +zrem +zcard +zcount +zrange +zrangebyscore +eval +evalsha"
  } >redis-users.acl
fi

# Each container has a user of its own and sees one file at a time; on this machine the folder is shut.
chmod 444 dcr-secret redis-password redis-users.acl
echo 'secrets/ has dcr-secret, redis-password and redis-users.acl. Still missing: proxy.pem, the certificate of the proxy and its key.'
