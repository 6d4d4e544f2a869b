#!/bin/sh
# Run once on the primary when its database is made: the role and the slot of the replica, and who may connect as it.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-postgres}" -v password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replicator WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('replica');
SQL
printf 'host replication replicator %s scram-sha-256\n' "${REPLICA_NETWORK:-all}" >> "$PGDATA/pg_hba.conf"
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-postgres}" -c 'SELECT pg_reload_conf()'
